/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What a driver's object holds: its clients look into it. */

#ifndef TESTIMONY_DEXT_DRIVERSTATE_H
#define TESTIMONY_DEXT_DRIVERSTATE_H

#include "House.h"

struct TestimonyDriver_IVars {
    testimony::House house;
};

#endif /* TESTIMONY_DEXT_DRIVERSTATE_H */
