import { createAnswerCheck } from '@kiloclaw/control-plane/testing';
import { REQUEST_ID_HEADER } from '@kiloclaw/platform-contract';

const checkAnswer = createAnswerCheck();

/** Asks the control plane. Throws where its OpenAPI document does not know the answer. */
export async function checkedFetch(request: Request): Promise<Response> {
  const { method, url } = request;
  const response = await fetch(request);
  const { status, headers } = response;
  // Where a Worker was killed in mid-air, its runtime answers in its place, and knows no ids of requests.
  if (headers.has(REQUEST_ID_HEADER))
    checkAnswer({ method, url, status, headers, text: await response.clone().text() });
  return response;
}
