#include "daemon/log/message_id.hpp"

namespace docwarden::daemon
{

// Each made once with `systemd-id128 new`. Administrators filter on them: a number never changes
// and never means another thing. systemd/docwarden.catalog explains each.
std::string_view message_id(core::report_kind kind)
{
    // No default: a new kind without a number is a compiler warning, and so an error.
    switch (kind) {
    case core::report_kind::started:
        return "8e7e8dc28f424aafab19e07a6941293a";
    case core::report_kind::stopping:
        return "99e8def9d04b44ce80610f988d7c88b2";
    case core::report_kind::ready:
        return "585eb494e52743839cc8030edcfea46f";
    case core::report_kind::alert:
        return "7f2944e6dc034ab8b84ec0ab0491bfe1";
    case core::report_kind::observed:
        return "5c61719ae23b478baa4cf36b8c0d40d6";
    case core::report_kind::contained:
        return "2170002144634d4cace82b6d63a6037d";
    case core::report_kind::refused:
        return "2c582443891f476c862a8ca63367c683";
    case core::report_kind::held:
        return "4e3ffd44051d4a47b4f28ca0cdd4c6bc";
    case core::report_kind::failed:
        return "159d13ae3e904a0d81d5541ad926446e";
    case core::report_kind::degraded:
        return "00c301d7934a4140b5858d9c95bd794d";
    case core::report_kind::recovered:
        return "e9c6124cc6f04899a94b5c5d88519cab";
    case core::report_kind::bad_record:
        return "9112fc7d5ec64742836b8eb87b66570e";
    case core::report_kind::unknown_action:
        return "a90857d2d5d94b64a4be9f12e810edd3";
    case core::report_kind::suppressed:
        return "5f6ab5b4d5da45f59d6cbc8ed960c37a";
    case core::report_kind::reload:
        return "bf87fc2ae73d4876b9ea55d7db159fa2";
    case core::report_kind::reload_rejected:
        return "fc3928a5af2e48ef927e0ddc30b2ed16";
    case core::report_kind::exempted:
        return "72a4d5ba1b174bd98e86b6bae78594f1";
    case core::report_kind::retrying:
        return "a95601ccf4b34edb8e935e19f6a38316";
    case core::report_kind::config_error:
        return "5ec3bca0b3a94e259d2cde3de66e54d3";
    case core::report_kind::config_warning:
        return "79b149395f11437eba17590559b1a218";
    case core::report_kind::crashed:
        return "096c3c93760847189ea7ff623a008f67";
    case core::report_kind::crossing_ended:
        return "d955cd34956e42ff84daa4d8fc325c8f";
    case core::report_kind::warning:
        return "0fcba45992ee47fc8ec0ed0345bcab92";
    case core::report_kind::released:
        return "3d1b0c8e5f7a4e0b9c62a7d41f8e5b90";
    }
    return "00000000000000000000000000000000";
}

} // namespace docwarden::daemon
