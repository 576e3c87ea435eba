/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* dext-host: one driver and its clients, as a process. */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "clock.h"
#include "control.h"
#include "host.h"
#include "registry.h"
#include "scheduler.h"
#include "supervisor.h"

namespace
{

constexpr const char *USAGE =
    "usage: dext-host --name CLASS [--registry DIR] [--plist FILE] [--generation N] [--seed N]\n"
    "                 [--timebase N/D] [--supervise] [--control FD or PATH]\n";

struct Options {
    shim::HostOptions host;
    std::optional<uint64_t> seed;
    uint32_t numer = 1;
    uint32_t denom = 1;
    bool supervise = false;
    std::string control;
};

bool ParseNumber(const char *text, uint64_t &number)
{
    char *end;
    number = strtoull(text, &end, 0);
    return *text != '\0' && *end == '\0';
}

bool ParseTimebase(const char *text, Options &options)
{
    char end;
    return sscanf(text, "%u/%u%c", &options.numer, &options.denom, &end) == 2 &&
           options.numer != 0 && options.denom != 0;
}

/* False for a value that the option does not take. */
bool TakeOption(const std::string &option, const char *value, Options &options)
{
    uint64_t number;
    if (option == "--name") {
        options.host.driver = value;
    } else if (option == "--registry") {
        options.host.registry = value;
    } else if (option == "--plist") {
        options.host.plist = value;
    } else if (option == "--control") {
        options.control = value;
    } else if (option == "--generation" && ParseNumber(value, number)) {
        options.host.generation = number;
    } else if (option == "--seed" && ParseNumber(value, number)) {
        options.seed = number;
    } else if (option != "--timebase" || !ParseTimebase(value, options)) {
        return false;
    }
    return true;
}

bool ParseOptions(int count, char **words, Options &options)
{
    options.host.registry = shim::RegistryDefault();
    for (int at = 1; at < count; at++) {
        if (strcmp(words[at], "--supervise") == 0) {
            options.supervise = true;
            continue;
        }
        if (at + 1 == count || !TakeOption(words[at], words[at + 1], options)) {
            fprintf(stderr, "dext-host: %s is wrong or lacks its value\n", words[at]);
            return false;
        }
        at++;
    }
    if (options.host.driver.empty() || options.host.registry.empty()) {
        fprintf(stderr, "dext-host: --name and --registry (or TESTIMONY_REGISTRY) are needed\n");
        return false;
    }
    return true;
}

} // namespace

int main(int count, char **words)
{
    Options options;
    if (!ParseOptions(count, words, options)) {
        fputs(USAGE, stderr);
        return shim::EXIT_MISUSE;
    }
    signal(SIGPIPE, SIG_IGN);
    if (!options.control.empty() && !shim::ControlOpen(options.control)) {
        fprintf(stderr, "dext-host: cannot take commands from %s\n", options.control.c_str());
        return shim::EXIT_MISUSE;
    }
    if (options.supervise) {
        options.host.generation = shim::Supervise(options.host.generation);
    }
    shim::ClockSetTimebase(options.numer, options.denom);
    shim::SchedulerSeed(options.seed);
    if (!shim::HostStart(options.host)) {
        /* Threads are running: no destructor may pull anything from under them. */
        _exit(shim::EXIT_NOT_STARTED);
    }
    shim::ControlStart();
    int result = shim::HostRun();
    fflush(nullptr);
    _exit(result);
}
