/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "control.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <map>
#include <sstream>
#include <thread>

#include "access.h"
#include "census.h"
#include "connections.h"
#include "faults.h"
#include "host.h"
#include "log.h"
#include "socket_name.h"
#include "violation.h"

namespace shim
{

static int listener = -1;
static int input = -1;
static int output = -1;

bool ControlOpen(const std::string &where)
{
    char *end;
    long number = strtol(where.c_str(), &end, 10);
    if (*end == '\0' && !where.empty()) {
        input = (int)number;
        output = number == STDIN_FILENO ? STDOUT_FILENO : (int)number;
        return true;
    }
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (where.empty() || where.size() >= sizeof address.sun_path) {
        return false;
    }
    memcpy(address.sun_path, where.c_str(), where.size());
    if (!RemoveSocket(where)) {
        return false;
    }
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return listener >= 0 && bind(listener, (sockaddr *)&address, sizeof address) == 0 &&
           listen(listener, SOMAXCONN) == 0;
}

using Words = std::istringstream;

static std::string Ok(const std::string &words = {})
{
    return words.empty() ? "ok" : "ok " + words;
}

static std::string Entitle(Words &words)
{
    std::string user;
    words >> user;
    if (user == "none") {
        AccessEntitle(std::nullopt);
        return Ok();
    }
    char *end;
    unsigned long number = strtoul(user.c_str(), &end, 10);
    if (user.empty() || *end != '\0') {
        return "error entitle takes a user id or none";
    }
    AccessEntitle((uint32_t)number);
    return Ok();
}

static std::string TakeNumber(Words &words, void (*take)(uint64_t))
{
    uint64_t number;
    if (!(words >> number)) {
        return "error a number is missing";
    }
    take(number);
    return Ok();
}

static std::string TerminateClient(Words &words)
{
    uint64_t number;
    if (!(words >> number)) {
        return "error a number is missing";
    }
    return ConnectionsTerminateOne(number) ? Ok() : "error no client has this number";
}

using Command = std::string (*)(Words &);

/* The verbs that end the process answer first: `kill`, `quit`. */
static const std::map<std::string, Command> COMMANDS = {
    {"census", [](Words &) { return Ok(CensusReport()); }},
    {"clients", [](Words &) { return Ok(ConnectionsReport()); }},
    {"delay-map", [](Words &words) { return TakeNumber(words, FaultsDelayMap); }},
    {"entitle", Entitle},
    {"kill", [](Words &) { return Ok(); }},
    {"kill-at", [](Words &words) { return TakeNumber(words, FaultsKillAt); }},
    {"log", [](Words &) { return Ok(LogReport()); }},
    {"pid", [](Words &) { return Ok(std::to_string(getpid())); }},
    {"quit", [](Words &) { return Ok(); }},
    {"refuse-map",
     [](Words &) {
         FaultsRefuseMap();
         return Ok();
     }},
    {"stop", [](Words &) { return Ok(); }},
    {"terminate-client", TerminateClient},
};

static std::string Answer(const std::string &line, std::string &verb)
{
    Words words(line);
    words >> verb;
    auto command = COMMANDS.find(verb);
    if (command != COMMANDS.end()) {
        return command->second(words);
    }
    std::string known;
    for (const auto &[name, ignored] : COMMANDS) {
        known += " " + name;
    }
    return "error no such command; there are" + known;
}

static bool WriteLine(int descriptor, std::string line)
{
    line += '\n';
    size_t written = 0;
    while (written < line.size()) {
        ssize_t count = write(descriptor, line.data() + written, line.size() - written);
        if (count < 0) {
            return false;
        }
        written += (size_t)count;
    }
    return true;
}

/* Byte by byte: what follows the line is for the next incarnation, if this one dies of it. */
static bool ReadLine(int descriptor, std::string &line)
{
    line.clear();
    char byte;
    while (true) {
        ssize_t count = read(descriptor, &byte, 1);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return false;
        }
        if (byte == '\n') {
            return true;
        }
        line += byte;
    }
}

static void Serve(int from, int to)
{
    std::string line;
    while (ReadLine(from, line)) {
        std::string verb;
        if (!WriteLine(to, Answer(line, verb))) {
            return;
        }
        if (verb == "kill") {
            kill(getpid(), SIGKILL);
        } else if (verb == "quit") {
            _exit(EXIT_ORDERLY);
        } else if (verb == "stop") {
            HostOrderStop();
            return;
        }
    }
}

static void ServeSocket()
{
    while (true) {
        int client = accept(listener, nullptr, nullptr);
        if (client >= 0) {
            std::thread([client] {
                Serve(client, client);
                close(client);
            }).detach();
        }
    }
}

void ControlStart()
{
    if (listener >= 0) {
        std::thread(ServeSocket).detach();
    } else if (input >= 0) {
        std::thread(Serve, input, output).detach();
    }
}

} // namespace shim
