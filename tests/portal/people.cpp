#include "tests/portal/people.hpp"

#include "tests/portal/generator.hpp"
#include "tests/portal/wire.hpp"

#include <algorithm>

namespace docwarden::sim
{

namespace
{

// So many hex digits from that stream of the seed.
std::string hex_digits(std::uint64_t seed, std::uint64_t stream, std::size_t count)
{
    generator chance(seed, stream);
    std::string digits;
    while (digits.size() < count)
        digits += "0123456789abcdef"[chance.below(16)];
    return digits;
}

std::string make_guid(std::uint64_t seed, std::uint64_t stream)
{
    std::string guid = hex_digits(seed, stream, 32);
    guid[12] = '4'; // version 4, variant 1: as .NET makes them
    guid[16] = 'a';
    for (const std::size_t dash : {20U, 16U, 12U, 8U})
        guid.insert(dash, 1, '-');
    return guid;
}

} // namespace

bool is_system_id(std::string_view id)
{
    return same_text(id, system_id) || same_text(id, anonymous_id) || same_text(id, zero_id);
}

std::string people::add(user person)
{
    const std::size_t number = users_.size() + 1;
    person.id = person.id.empty() ? make_guid(seed_, 1'000 + number) : lower_case(person.id);
    if (person.user_name.empty())
        person.user_name = "user" + std::to_string(number);
    if (person.email.empty())
        person.email = person.user_name + "@example.com";
    if (person.display_name.empty())
        person.display_name = person.never_named ? person.email : person.user_name;
    users_.push_back(std::move(person));
    return users_.back().id;
}

std::string people::add_group(user_group group)
{
    group.id = group.id.empty() ? make_guid(seed_, 900'000 + groups_.size()) : lower_case(group.id);
    groups_.push_back(std::move(group));
    return groups_.back().id;
}

const user_group* people::find_group(std::string_view id) const
{
    const auto found = std::ranges::find_if(groups_, [&](const user_group& group) {
        return same_text(group.id, id);
    });
    return found == groups_.end() ? nullptr : &*found;
}

std::string people::add_key(api_key key)
{
    if (key.text.empty())
        key.text = "sk-" + hex_digits(seed_, 500 + keys_.size(), 64);
    keys_.push_back(std::move(key));
    return keys_.back().text;
}

user* people::find(std::string_view id_or_name)
{
    const auto found = std::ranges::find_if(users_, [&](const user& person) {
        return same_text(person.id, id_or_name) || same_text(person.user_name, id_or_name);
    });
    return found == users_.end() ? nullptr : &*found;
}

const user* people::find(std::string_view id_or_name) const
{
    const auto found = std::ranges::find_if(users_, [&](const user& person) {
        return same_text(person.id, id_or_name) || same_text(person.user_name, id_or_name);
    });
    return found == users_.end() ? nullptr : &*found;
}

api_key* people::find_key(std::string_view text)
{
    const auto found = std::ranges::find(keys_, text, &api_key::text);
    return found == keys_.end() ? nullptr : &*found;
}

const user* people::owner() const
{
    const auto found = std::ranges::find_if(users_, &user::is_owner);
    return found == users_.end() ? nullptr : &*found;
}

std::string people::name_of(std::string_view id) const
{
    if (same_text(id, system_id))
        return "System Account";
    if (same_text(id, anonymous_id))
        return "Anonymous";
    const user* person = find(id);
    return person == nullptr || person->is_removed ? "Unknown Account" : person->display_name;
}

std::size_t people::seats_used() const
{
    return static_cast<std::size_t>(std::ranges::count_if(users_, [](const user& person) {
        return person.status == employee_status::active && !person.is_visitor && !person.is_removed;
    }));
}

} // namespace docwarden::sim
