/* The part of a driver that knows its records: the generated header is all it needs. */

#include "usbx.h"

uint32_t usbx_moved(const usbx_transfer_done_v2 *done);

uint32_t usbx_moved(const usbx_transfer_done_v2 *done)
{
    return done->ending == USBX_ENDING_COMPLETE ? done->moved : 0;
}
