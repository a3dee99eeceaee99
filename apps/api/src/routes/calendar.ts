import type { FastifyInstance } from 'fastify';
import { requireAccessToken } from 'fastify-google-bearer';
import { CALENDAR_SCOPE, type CalendarClient } from '../calendar/client.ts';
import { errorResponses } from '../docs/openapi.ts';

const eventSchema = {
  type: 'object',
  required: ['id', 'summary', 'start', 'end', 'htmlLink'],
  properties: {
    id: { type: 'string' },
    summary: { type: ['string', 'null'] },
    start: { type: 'string', description: 'RFC 3339 time, or a date alone' },
    end: { type: 'string', description: 'RFC 3339 time, or a date alone' },
    htmlLink: { type: ['string', 'null'] },
  },
} as const;

/** Why a client sends an access token rather than an ID token: the API can call Google with it. */
export function calendarRoutes(app: FastifyInstance, calendar: CalendarClient): void {
  app.get(
    '/api/calendar/events',
    {
      config: { googleBearer: { scopes: [CALENDAR_SCOPE] } },
      schema: {
        tags: ['calendar'],
        summary: 'The next ten events of your calendar',
        response: {
          200: {
            description: 'The events, the next one first',
            type: 'object',
            required: ['events'],
            properties: { events: { type: 'array', items: eventSchema } },
            examples: [
              {
                events: [
                  {
                    id: 'standup',
                    summary: 'Stand-up',
                    start: '2026-11-26T09:00:00+01:00',
                    end: '2026-11-26T09:15:00+01:00',
                    htmlLink: 'https://calendar.google.com/calendar/event?eid=standup',
                  },
                ],
              },
            ],
          },
          ...errorResponses(403),
        },
      },
    },
    async (request) => ({ events: await calendar.upcomingEvents(requireAccessToken(request)) }),
  );
}
