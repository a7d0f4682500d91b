#ifndef OPTRACE_CCRYPTO_H
#define OPTRACE_CCRYPTO_H

/* OpenSSL 3 would rather have every digest fetched by name, which takes three times as long as a short digest itself. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/sha.h>
#include <openssl/evp.h>

#endif
