/* What a driver may have included before our headers: system headers, and the macros that some of
 * them define somewhere.
 */
#if defined(TEST_HOSTED)
#  if !defined(_GNU_SOURCE)
#    define _GNU_SOURCE 1
#  endif
#  include <assert.h>
#  include <errno.h>
#  include <limits.h>
#  include <stdio.h>
#  include <stdlib.h>
#  include <string.h>
#  include <sys/sysmacros.h>
#  include <sys/types.h>
#  if !defined(__cplusplus)
#    include <complex.h>
#  endif
#endif

#undef major
#undef minor
#undef makedev
#undef errno
#undef unix
#undef linux
#undef i386
#undef I
#undef check
#undef require
#undef verify
#undef min
#undef max
#undef MIN
#undef MAX
#undef TRUE
#undef FALSE
#undef stdin
#undef complex

#define major(device) ((device) >> 8)
#define minor(device) ((device) & 0xff)
#define makedev(high, low) (((high) << 8) | (low))
#define errno (*hostile_errno())
#define unix 1
#define linux 1
#define i386 1
#define I (1.0fi)
#define check(condition) do { (void)(condition); } while (0)
#define require(condition, label) do { if (!(condition)) goto label; } while (0)
#define verify(condition) ((void)(condition))
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define TRUE 1
#define FALSE 0
#define stdin hostile_stdin
#define complex hostile_complex
