import type { NextRequest } from 'next/server';
import { grantHandler } from 'next-auth-google-bearer';
import { googleClient } from '../../../auth.ts';

/** Takes back this app's access to the Google account, so that no device can renew its token. */
export const DELETE = (request: NextRequest): Promise<Response> => grantHandler(googleClient())(request);
