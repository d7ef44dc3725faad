// What a shared library shows of itself.
#pragma once

#define ALINEA_EXPORT __attribute__((visibility("default")))
