#include "CTerminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// The value that decides the encoding, in the order that setlocale() asks.
static const char *encoding_wish(void) {
    const char *names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (int i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0') return value;
    }
    return "";
}

bool terminal_set_locale(void) {
    if (setlocale(LC_CTYPE, "") == NULL) {
        const char *encoding = strrchr(encoding_wish(), '.');
        if (encoding != NULL && (strncasecmp(encoding, ".utf-8", 6) == 0 || strncasecmp(encoding, ".utf8", 5) == 0)) {
            setlocale(LC_CTYPE, "C.UTF-8");
        }
    }
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
