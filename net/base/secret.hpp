#pragma once
// A text that must not leak: the API key. It has no output operator and no comparison, can be moved
// but not copied by accident, and wipes its memory when it goes.

#include <string>
#include <string_view>
#include <utility>

namespace docwarden::net
{

class secret
{
public:
    secret() = default;
    explicit secret(std::string text) : text_(std::move(text)) {}
    secret(const secret&) = delete;
    secret& operator=(const secret&) = delete;
    secret(secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
    secret& operator=(secret&& other) noexcept
    {
        if (this != &other) {
            wipe();
            text_ = std::move(other.text_);
            other.wipe();
        }
        return *this;
    }
    ~secret() { wipe(); }

    bool empty() const { return text_.empty(); }
    // The only way to the text. Each call is a place to review: never in a log, an error or argv.
    std::string_view reveal() const { return text_; }

private:
    void wipe() noexcept
    {
        // volatile: the compiler must not drop writes to memory that is about to be freed.
        volatile char* data = text_.data();
        for (std::size_t i = 0; i < text_.capacity(); ++i)
            data[i] = '\0';
        text_.clear();
    }

    std::string text_;
};

} // namespace docwarden::net
