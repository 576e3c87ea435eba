#ifndef TSM_STATIC_ASSERT
#  if defined(__cplusplus)
#    define TSM_STATIC_ASSERT(condition, message) static_assert(condition, message)
#    define TSM_ALIGNOF(type) alignof(type)
#  else
#    define TSM_STATIC_ASSERT(condition, message) _Static_assert(condition, message)
#    define TSM_ALIGNOF(type) _Alignof(type)
#  endif
#endif
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#  error "a trace record is little-endian (REC-1): this target is not"
#endif
