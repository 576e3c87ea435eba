/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* How often the dext logged, and on which queue. */

#ifndef SHIM_LOG_H
#define SHIM_LOG_H

#include <string>

namespace shim
{

/* `total=3 TestimonyDriver.Default=2 -=1`; what is on no queue counts as `-`. */
std::string LogReport();

} // namespace shim

#endif /* SHIM_LOG_H */
