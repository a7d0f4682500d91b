#ifndef OPTRACE_CCURL_H
#define OPTRACE_CCURL_H

#include <curl/curl.h>

#endif
