// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_FAULTS_ROWS_HPP
#define HWC_TESTS_FAULTS_ROWS_HPP

#include <array>
#include <string_view>

namespace faults {

// The faults that are tried, by number, and what the library must make of them. Verdicts:
//   not_sent  proved: the service cannot have the request; repeated within deadline and attempts where "retry" stands
//   rejected  the service answered that it did not do it
//   sent      the service did it
//   unknown   it may have been done; never repeated unless the caller allows duplicates
struct row {
  int number;
  std::string_view fault;
  std::string_view wanted;
  std::string_view remark = "";  // why it is more cautious than it might be
};

inline constexpr std::array<row, 64> rows{{
    {1, "DNS: no such name", "not_sent, no retry"},
    {2, "DNS: timeout or SERVFAIL", "not_sent, retry"},
    {3, "first address dead, second alive", "sent, by the next address"},
    {4, "connection refused", "not_sent, retry"},
    {5, "connect timeout", "not_sent, retry"},
    {6, "descriptors used up", "not_sent, errno kept, no spin"},
    {7, "proxy refuses, 407 or 502 on CONNECT", "not_sent; 407 stop, else retry"},
    {8, "proxy closes during CONNECT", "not_sent, retry"},
    {9, "self-signed, unknown authority, empty trust store", "not_sent, stop"},
    {10, "wrong host name", "not_sent, stop"},
    {11, "certificate expired or not yet valid", "not_sent, stop"},
    {12, "pin mismatch", "not_sent, stop"},
    {13, "handshake stalls", "not_sent, retry"},
    {14, "FIN or RST in the handshake", "not_sent, retry"},
    {15, "client certificate required, TLS 1.3", "unknown where the request was written, stop",
     "The alert that demands a certificate proves that nothing was processed only where the server that speaks TLS is "
     "the "
     "one that processes requests. Behind a gateway it is not, and may have read what was written before, so the "
     "verdict "
     "is the cautious one whether the alert was seen or not."},
    {16, "0-RTT offered", "never used"},
    {17, "downgrade to TLS 1.1", "not_sent, stop"},
    {18, "RST after a part of the request", "not_sent, retry, if the last byte was not handed over"},
    {19, "zero window, stall in the middle of the write", "not_sent by the deadline"},
    {20, "kept connection already closed", "sent, over a new one, at no cost"},
    {21, "kept connection: RST after the full write", "unknown, one POST"},
    {22, "kept connection: closed after the head of the request",
     "not_sent, retry, if the last byte was not handed over",
     "No Expect: 100-continue is sent, so no body is withheld. A small request is handed over whole with its head, and "
     "then this is row 21 and unknown; one that is larger than what the kernel buffers is not sent."},
    {23, "new connection: FIN after the full request", "unknown"},
    {24, "new connection: RST after the full request", "unknown"},
    {25, "EPIPE", "by bytes, no SIGPIPE"},
    {26, "silence after the full request", "unknown at the deadline"},
    {27, "deadline falls into a pause", "the last verdict, at once"},
    {28, "cancelled before the write or in a pause", "not_sent, at once"},
    {29, "cancelled after the full write", "unknown, connection dropped"},
    {30, "late answer to a call that timed out", "the next call never sees it"},
    {31, "second answer that nobody asked for", "connection dropped"},
    {32, "100,000 interim answers", "unknown, bounded"},
    {33, "an answer of one byte per 10 s", "unknown at the deadline"},
    {34, "garbage, HTTP/0.9", "unknown"},
    {35, "answer ends inside its head", "unknown, status as a hint"},
    {36, "head over 64 KiB or 200 fields", "unknown"},
    {37, "contradicting lengths", "unknown, connection dropped"},
    {38, "NUL, bare CR, folding, non-ASCII in the head", "by status, no injection"},
    {39, "status 0, 99, 600, 999", "unknown"},
    {40, "204, 200, 201, 202", "sent"},
    {41, "2xx, body truncated", "sent"},
    {42, "200 with a web page", "unknown"},
    {43, "4xx with a body truncated, empty, HTML, not UTF-8", "rejected"},
    {44, "error JSON: deep, 10 MB, odd", "by status"},
    {45, "gzip", "by status, not decoded"},
    {46, "301 302 303 307 308", "rejected, not followed"},
    {47, "400 403 404 405 409 415", "rejected, fields decoded"},
    {48, "401, clock far off", "signed anew, once"},
    {49, "401, token expired", "refreshed, once"},
    {50, "403 with encoded_authorization_message", "rejected"},
    {51, "408", "unknown"},
    {52, "413 414 431 494", "rejected"},
    {53, "421, 425", "retry once, new connection"},
    {54, "429 with Retry-After", "rejected, retry, capped"},
    {55, "429 without Retry-After", "rejected, retry, bounded"},
    {56, "500", "unknown"},
    {57, "502", "unknown; .0610 rejected where trusted"},
    {58, "503", "unknown; .0613 rejected where trusted"},
    {59, "504", "unknown"},
    {60, "HTTP/2: REFUSED_STREAM; GOAWAY below our stream", "not_sent, retry, bounded"},
    {61, "HTTP/2: GOAWAY at or above our stream; RST_STREAM", "unknown"},
    {62, "bad_alloc; signer, logger or handler throws", "not_sent before the write; a log alters nothing"},
    {63, "wall clock jumps; fork; threads; refresh stampede; static object", "by bytes; 1 refresh"},
    {64, "user_id with / % .. CR LF NUL, unicode, 10 kB, empty", "refused or encoded"},
}};

}  // namespace faults

#endif  // HWC_TESTS_FAULTS_ROWS_HPP
