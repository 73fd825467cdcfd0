/* The limit: the decisions of a pack as loops over bytes, written into loops.h by rivals.py and vectorised by the compiler.
 *
 * b[3][i] is the rank of person i in the fourth column, from 1 to 254, or 0 where it is unknown; t[3][i] is 255 there instead.
 * A loop adds up the sum of one role on one side, and turns it into the place of the verdict. People are taken in blocks that stay
 * in the cache, and every loop runs over a block before the next one is begun.
 */
#include <stddef.h>
#include <stdint.h>

typedef void (*loop)(const uint8_t *const *b, const uint8_t *const *t, uint8_t *restrict out, size_t first, size_t last);

#define PICK(where, then, otherwise) (T)((T)(otherwise) + (T)((T)(0 - (where)) & (T)((then) - (otherwise))))
#define PROTECT(...) __VA_ARGS__
#define BEGIN(place) \
    static void loop_##place(const uint8_t *const *b, const uint8_t *const *t, uint8_t *restrict out, size_t first, size_t last) {
#define LOOP(place, type, total, verdict) \
    BEGIN(place) typedef type T; for (size_t i = first; i < last; i++) { type sum = (type)(total); out[i] = (uint8_t)(verdict); } }
#define LOOP_TABLE(place, type, table, total) \
    BEGIN(place) typedef type T; static const uint8_t verdicts[] = {table}; \
    for (size_t i = first; i < last; i++) { type sum = (type)(total); out[i] = verdicts[sum]; } }

#include "loops.h"

void decide(const uint8_t *const *b, const uint8_t *const *t, uint8_t *const *out, size_t first, size_t last, size_t count) {
    for (size_t start = first; start < last; start += 4096) {
        size_t end = start + 4096 < last ? start + 4096 : last;
        for (size_t place = 0; place < count; place++) loops[place](b, t, out[place], start, end);
    }
}
