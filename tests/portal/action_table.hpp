#pragma once
// The simulated portal's own table of audit actions (docspace-api.md sections 3.1 and 3.2): what
// each number is called, how it is mapped, and the sentence people read. Deliberately written apart
// from the product's catalogue, so that a wrong number cannot hide in both.

#include <array>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace docwarden::sim
{

// ActionType on the wire.
enum class action_type {
    none = 0,
    create = 1,
    update = 2,
    remove = 3,
    link = 4,
    unlink = 5,
    attach = 6,
    detach = 7,
    send = 8,
    import = 9,
    export_ = 10,
    update_access = 11,
    download = 12,
    upload = 13,
    copy = 14,
    move = 15,
    reassign = 16,
    follow = 17,
    unfollow = 18,
    logout = 19,
};

struct action_info {
    int id = 0;
    std::string_view name;
    action_type type = action_type::none;
    std::array<int, 2> entries{}; // EntryType: 1 file, 2 folder, 23 user, ...; 0 for none
    int location = 0;             // LocationType, called `module` before 3.5
    std::string_view prose;       // English; {title} and {user} are filled in

    int product() const; // 2 documents, 3 login, 7 settings, 8 contacts
    bool has_entry(int entry) const { return entries[0] == entry || entries[1] == entry; }
};

// The portal's enum of actions, and which of them are mapped.
class action_table
{
public:
    // The mapping of that action; null when it has none.
    const action_info* find(int id) const;
    // True if MessageAction has that value, mapped or not.
    bool knows(int id) const;
    // The value of that name (any case), for requests such as action=FileUploaded.
    std::optional<int> id_of(std::string_view name) const;
    // An action that only a newer server has. Its texts must outlive the table.
    void add(const action_info& newer) { newer_.push_back(newer); }

private:
    std::deque<action_info> newer_; // a deque: pointers to elements stay valid
};

// Names and numbers of the other enums of a request; nothing for what the portal refuses.
std::optional<int> parse_action_type(std::string_view text);
std::optional<int> parse_location(std::string_view text);
std::optional<int> parse_entry(std::string_view text);

// The sentence in German for the commonest actions, in English for the rest: what a portal in
// another language answers.
std::string_view german_prose(const action_info& info);

} // namespace docwarden::sim
