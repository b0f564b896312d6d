#pragma once
// An engine, a shell without any sense, and the books about what went between them. Bytes decide
// what happens next: time passes, a call is answered in some way, settings change, clocks jump.

#include "core/engine/engine.hpp"
#include "core/settings/engine_settings.hpp"
#include "tests/core/making.hpp"
#include "tests/fuzz/byte_source.hpp"
#include "tests/fuzz/engine_script.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace docwarden::test
{

class engine_trial
{
public:
    explicit engine_trial(std::string_view bytes);

    bool is_over() const { return in_.is_empty(); }
    // One thing happens. What the engine did wrong then, or an empty text.
    std::string step();

private:
    // The product's own rules for whom it may disable, kept apart from the product.
    struct account_book {
        bool was_seen_free = false; // by the last look, since the last disable
    };

    std::string pass(core::milliseconds length);
    std::string jump();
    std::string reload();
    std::string answer_any();
    std::string answer_stray();
    std::string answer_commit();
    std::string restart();
    void keep(const core::account_record& account);
    void keep(const core::incident& subject);
    core::answered answer(const core::call& asked);
    core::portal_result result_of(const core::page_request& request);
    core::portal_result result_of(const core::identity_request&);
    core::portal_result result_of(const core::settings_request&) { return any_facts(in_); }
    core::portal_result result_of(const core::key_request&) { return any_key(in_, account(0)); }
    core::portal_result result_of(const core::quota_request&) { return any_quota(in_); }
    core::portal_result result_of(const core::probe_request&);
    core::portal_result result_of(const core::groups_request&);
    core::portal_result result_of(const core::members_request&);
    core::portal_result result_of(const core::active_users_request&);
    core::portal_result result_of(const core::person_request& request);
    core::portal_result result_of(const core::profile_request& request);
    core::portal_result result_of(const core::disable_request&) { return core::accepted(); }
    core::portal_result result_of(const core::enable_request&) { return core::accepted(); }
    void note(const core::portal_request& request, const core::answered& answer);

    std::string feed(const core::input& what);
    std::string take(const core::effect& wanted);
    std::string judge(const core::disable_request& order);
    std::string judge_sleep();
    std::string judge_size(std::size_t effects) const;
    bool is_protected(const core::profile& who) const;

    byte_source in_;
    core::engine_settings settings_;
    core::engine engine_;
    core::clock_reading now_{at(0), mono_at(core::milliseconds(0))};
    std::optional<core::mono_time> wake_at_;
    std::map<std::string, core::call> calls_; // under way, by what they are about
    std::set<core::call_id> ever_;
    std::deque<core::commit> commits_; // under way
    core::stored_state kept_;
    std::map<std::string, account_book> accounts_;
    std::optional<core::profile> self_;
    std::size_t events_fed_ = 0;
    std::size_t rows_of_step_ = 0;
};

} // namespace docwarden::test
