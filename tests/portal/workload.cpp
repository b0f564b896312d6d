#include "tests/portal/workload.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace docwarden::sim
{

namespace
{

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Actions by DocSpace's numbers.
constexpr int renamed = 5001;
constexpr int downloaded = 5009;
constexpr int uploaded = 5011;
constexpr int trashed = 5017;
constexpr int saved = 5034;
constexpr int opened = 5054;
constexpr int favoured = 5055;
constexpr int viewed = 5064;
constexpr int overwritten = 5099;

constexpr std::uint64_t shared_files = 12;    // of the office
constexpr std::uint64_t files_per_person = 6; // of those, changed by one person
constexpr std::uint64_t uploads_per_person = 4;

std::string title_of(std::uint64_t file)
{
    static constexpr std::array<std::string_view, 8> names = {
        "plan.docx",
        "budget, final.xlsx",
        "contract \"A\".docx",
        "minutes.docx",
        "Übersicht.pptx",
        "deleted items.xlsx",
        "edit me later.docx",
        "offer.pdf"};
    return std::to_string(file) + " " + std::string(names.at(file % names.size()));
}

// A time of that length on average, never more than twice as long.
milliseconds around(milliseconds length, generator& chance)
{
    const auto bound = static_cast<std::uint64_t>(length.count()) * 2 + 1;
    return milliseconds{static_cast<std::int64_t>(chance.below(bound))};
}

timed_action act(wall_time at, const std::string& person, int action, std::uint64_t file)
{
    return {at, person, action, std::to_string(file), title_of(file), "Rooms: Contracts"};
}

void sort_by_time(script& actions)
{
    std::ranges::stable_sort(actions, {}, &timed_action::at);
}

// One thing that somebody in a quiet office does next.
timed_action
office_action(wall_time at, const std::string& person, std::uint64_t place, generator& chance)
{
    const std::uint64_t own = 100 + (place * 5 + chance.below(files_per_person)) % shared_files;
    const std::uint64_t any = 100 + chance.below(shared_files);
    const std::uint64_t upload =
        1'000 + place * uploads_per_person + chance.below(uploads_per_person);
    const std::uint64_t dice = chance.below(100);
    if (dice < 40)
        return act(at, person, viewed, any);
    if (dice < 60)
        return act(at, person, opened, any);
    if (dice < 83)
        return act(at, person, saved, own);
    if (dice < 91)
        return act(at, person, downloaded, any);
    if (dice < 95)
        return act(at, person, favoured, any);
    // The same few uploads again and again: somebody's reports.
    return act(at, person, chance.one_in(2) ? uploaded : overwritten, upload);
}

// Fifteen distinct files within about three minutes; returns the end of the burst.
wall_time burst(
    script& actions,
    const busy_plan& plan,
    wall_time at,
    std::uint64_t first_file,
    generator& chance
)
{
    for (std::uint64_t file = first_file; file < first_file + 15 && at < plan.to; ++file) {
        actions.push_back(act(at, plan.person, chance.one_in(3) ? uploaded : saved, file));
        at += seconds{1} + around(seconds{11}, chance);
    }
    return at;
}

struct person_of_demo {
    std::string_view display_name;
    std::string_view user_name;
};
constexpr std::array<person_of_demo, 12> office = {{
    {"Mia Keller", "mia"},
    {"Jonas Weber", "jonas"},
    {"Léa Martin", "lea"},
    {"Tom O'Brien", "tom"},
    {"Ana García", "ana"},
    {"Piotr Nowak", "piotr"},
    {"Sara Rossi", "sara"},
    {"Finn Larsen", "finn"},
    {"Eva Horvat", "eva"},
    {"Noah Smith", "noah"},
    {"Ines Costa", "ines"},
    {"Max Jansen", "max"},
}};

} // namespace

script merged(std::vector<script> parts)
{
    script all;
    for (script& part : parts)
        std::ranges::move(part, std::back_inserter(all));
    sort_by_time(all);
    return all;
}

script quiet_office(const office_plan& plan, generator& chance)
{
    script actions;
    for (std::size_t place = 0; place < plan.people.size(); ++place) {
        wall_time at = plan.from + around(plan.pause, chance);
        while (at < plan.to) {
            actions.push_back(office_action(at, plan.people[place], place, chance));
            at += milliseconds{1} + around(plan.pause, chance);
        }
    }
    sort_by_time(actions);
    return actions;
}

script busy_day(const busy_plan& plan, generator& chance)
{
    script actions;
    std::uint64_t next_file = 5'000;
    for (wall_time at = plan.from; at < plan.to; next_file += 15)
        at = burst(actions, plan, at, next_file, chance) + minutes{11} + around(minutes{1}, chance);
    for (wall_time at = plan.from; at < plan.to; at += seconds{1} + around(seconds{15}, chance))
        actions.push_back(act(at, plan.person, saved, 3'000 + chance.below(3)));
    for (wall_time at = plan.from; at < plan.to;
         at += milliseconds{500} + around(seconds{4}, chance))
        actions.push_back(act(at, plan.person, viewed, 4'000 + chance.below(500)));
    for (wall_time at = plan.from; at < plan.to; at += seconds{1} + around(seconds{30}, chance))
        actions.push_back(act(at, plan.person, downloaded, 3'000 + chance.below(12)));
    sort_by_time(actions);
    return actions;
}

script attack(const attack_plan& plan, generator& chance)
{
    script actions;
    wall_time at = plan.from;
    for (std::uint64_t i = 0; i < plan.files; ++i) {
        const std::uint64_t dice = chance.below(10);
        const int action = dice < 7 ? overwritten : dice < 9 ? renamed : trashed;
        timed_action next = act(at, plan.person, action, plan.first_file + i);
        next.title += ".locked";
        actions.push_back(std::move(next));
        at += plan.spacing * 3 / 4 + around(plan.spacing / 4, chance);
    }
    return actions;
}

void record_all(portal_model& model, const script& actions)
{
    for (const timed_action& action : actions) {
        model.record(action.user_id, action.action, action.file_id, action.title, action.at);
    }
}

std::vector<script_player::played> script_player::advance(portal_model& model, wall_time now)
{
    std::vector<played> done;
    for (; next_ < actions_.size() && actions_[next_].at <= now; ++next_) {
        const timed_action& action = actions_[next_];
        const user* person = model.users().find(action.user_id);
        const bool refused = person != nullptr && person->status == employee_status::terminated;
        if (!refused)
            model.record(action.user_id, action.action, action.file_id, action.title, action.at);
        done.push_back({action, refused});
    }
    return done;
}

demo make_demo(
    portal_model& model,
    const demo_plan& plan,
    std::uint64_t seed,
    const std::string& api_key
)
{
    const wall_time opening = plan.start - std::chrono::hours{24 * 400};
    model.add_user(
        {.display_name = "Olga Owner", .user_name = "olga", .is_owner = true, .registered = opening}
    );
    const std::string admin = model.add_user(
        {.display_name = "Security Service",
         .user_name = "security",
         .is_admin = true,
         .registered = opening}
    );
    office_plan quiet;
    for (const person_of_demo& person : office)
        quiet.people.push_back(model.add_user(
            {.display_name = std::string(person.display_name),
             .user_name = std::string(person.user_name),
             .is_collaborator = true,
             .registered = opening}
        ));
    quiet.from = plan.start - minutes{30};
    quiet.to = plan.start + plan.length;

    // One burst of the busy day has just ended when the demonstration begins, whatever its length.
    busy_plan honest;
    honest.person = model.add_user(
        {.display_name = "Clara Busch",
         .user_name = "clara",
         .is_collaborator = true,
         .registered = opening}
    );
    honest.from = plan.start - minutes{21};
    honest.to = quiet.to;

    demo made;
    made.victim = quiet.people.front();
    made.busy = honest.person;
    made.attack_begins = plan.start + plan.calm;
    made.api_key = model.add_key(
        {.text = api_key,
         .creator_id = admin,
         .permissions = {"*:read", "accounts:write"},
         .created = opening}
    );
    attack_plan theft;
    theft.person = made.victim;
    theft.from = made.attack_begins;
    theft.files = plan.attack_files;
    theft.spacing = plan.attack_spacing;
    generator office_chance(seed, 101);
    generator attack_chance(seed, 102);
    generator busy_chance(seed, 103);
    made.actions = merged(
        {quiet_office(quiet, office_chance),
         busy_day(honest, busy_chance),
         attack(theft, attack_chance)}
    );
    return made;
}

} // namespace docwarden::sim
