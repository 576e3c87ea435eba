/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "supervisor.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "violation.h"

namespace shim
{

/* What a shell says of a process that a signal ended. */
constexpr int EXIT_BY_SIGNAL = 128;

/* Ends the process unless the driver is to be started again. */
static void Wait(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0) {
    }
    if (WIFEXITED(status)) {
        _exit(WEXITSTATUS(status));
    }
    if (WTERMSIG(status) == SIGABRT) {
        _exit(EXIT_BY_SIGNAL + SIGABRT);
    }
}

uint64_t Supervise(uint64_t generation)
{
    while (true) {
        pid_t child = fork();
        if (child < 0) {
            Violation("cannot fork a process for the driver");
        }
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            return generation;
        }
        Wait(child);
        generation++;
        Note("the driver died: generation %llu starts", (unsigned long long)generation);
    }
}

} // namespace shim
