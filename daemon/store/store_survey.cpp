#include "daemon/store/store_survey.hpp"

#include "daemon/store/schema.hpp"

#include <unistd.h>

namespace docwarden::daemon
{

namespace
{

sqlite::result<void> count(sqlite::database& db, store_survey& into)
{
    const auto accounts = db.number("SELECT count(*) FROM account");
    const auto incidents = db.number("SELECT count(*) FROM incident");
    const auto entries = db.number("SELECT count(*) FROM journal");
    for (const auto* number : {&accounts, &incidents, &entries}) {
        if (number->has_error())
            return number->error();
    }
    into.accounts = *accounts;
    into.incidents = *incidents;
    into.entries = *entries;
    const auto chain = check_chain(db);
    if (chain.has_error())
        return chain.error();
    into.chain = *chain;
    return {};
}

} // namespace

store_survey survey_store(const std::string& directory)
{
    store_survey found;
    found.path = directory + '/' + store_file_name;
    found.is_there = ::access(found.path.c_str(), F_OK) == 0;
    if (!found.is_there)
        return found;
    auto db = sqlite::database::open_to_read(found.path);
    if (db.has_error()) {
        found.file = refused_file(db.error());
        return found;
    }
    // One state of the file for all questions, however much the daemon writes meanwhile.
    const auto all = sqlite::transaction::begin_reading(*db);
    if (all.has_error()) {
        found.file = refused_file(all.error());
        return found;
    }
    found.file = inspect(*db);
    if (found.file.found != file_verdict::usable || found.file.version != schema_version())
        return found;
    const auto counted = count(*db, found);
    if (counted.has_error())
        found.file = refused_file(counted.error());
    return found;
}

} // namespace docwarden::daemon
