#ifndef OPTRACE_CCRYPTO_H
#define OPTRACE_CCRYPTO_H

#include <openssl/sha.h>
#include <openssl/evp.h>

#endif
