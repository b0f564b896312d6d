#include "core/detection/object_key.hpp"
#include "tests/support/catch.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace docwarden::test::object_key_test
{

TEST_CASE("object keys: kind and id, exactly, and back")
{
    using core::object_kind;
    core::object_pool pool;
    const std::string long_number(30, '9');
    std::map<std::uint64_t, std::string> known;
    for (const object_kind kind : {object_kind::file, object_kind::folder, object_kind::room}) {
        for (const std::string& id :
             {std::string("0"),
              std::string("7"),
              std::string("007"),
              std::string("-7"),
              std::string("+7"),
              std::string("7 "),
              std::string("72057594037927935"), // the largest that needs no text
              std::string("72057594037927936"),
              std::string("18446744073709551616"),
              long_number,
              std::string("drive-1-|a,b"),
              std::string()}) {
            INFO('"' << id << '"');
            const core::object_key key = pool.key_of(kind, id);
            CHECK(pool.key_of(kind, id) == key);
            CHECK(pool.id_of(key) == id);
            CHECK((pool.kind_of(key) == kind));
            CHECK((key.value >> 61) == 0);
            CHECK(known.emplace(key.value, id).second);
        }
    }
}

TEST_CASE("object keys: a number up to 56 bits needs no text, whatever else does")
{
    core::object_pool pool;
    for (const std::string number : {"0", "1", "9", "10", "90", "99", "72057594037927935"})
        (void)pool.key_of(core::object_kind::file, number);
    CHECK(pool.texts() == 0);
    std::size_t texts = 0;
    for (const std::string text : {"", "00", "01", "/1", ":1", "1x", "72057594037927936"}) {
        (void)pool.key_of(core::object_kind::file, text);
        INFO('"' << text << '"');
        CHECK(pool.texts() == ++texts);
    }
    CHECK(
        pool.text_bytes() ==
        texts * core::object_pool::surroundings_bytes + 2 * (2 + 2 + 2 + 2 + 2 + 17)
    );
}

TEST_CASE("object keys: texts that nobody uses any more are dropped and their places used again")
{
    using core::object_kind;
    core::object_pool pool;
    std::vector<core::object_key> keys;
    for (int i = 0; i < 10; ++i)
        keys.push_back(pool.key_of(object_kind::file, "text-" + std::to_string(i)));
    pool.collect_garbage([&](auto visit) {
        visit(pool.key_of(object_kind::file, "12")); // a number has no text
        for (const int i : {0, 1, 2, 4, 5, 6, 8, 9})
            visit(keys[static_cast<std::size_t>(i)]);
    });
    CHECK(pool.texts() == 8);
    CHECK(pool.text_bytes() == 8 * core::object_pool::surroundings_bytes + 2 * 8 * 6);
    for (const int i : {0, 1, 2, 4, 5, 6, 8, 9})
        CHECK(pool.id_of(keys[static_cast<std::size_t>(i)]) == "text-" + std::to_string(i));
    const std::set<core::object_key> free{keys[3], keys[7]};
    CHECK(free.count(pool.key_of(object_kind::file, "one more")) == 1);
    CHECK(free.count(pool.key_of(object_kind::file, "another")) == 1);
    const core::object_key folder = pool.key_of(object_kind::folder, "another");
    CHECK(free.count(folder) == 0);
    CHECK(pool.id_of(folder) == "another");
    CHECK((pool.kind_of(folder) == object_kind::folder));
    CHECK(pool.texts() == 11);
}

} // namespace docwarden::test::object_key_test
