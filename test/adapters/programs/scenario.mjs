/**
 * The same scenario for every library: the calls that its scripted model makes, tools that note their actions, and a
 * person who approves one payment. `guardrail` is the built library. Where a library lets a tool return an error, the
 * program returns the one that says "returned"; where it lets a tool show the model something else, `read` does so.
 */
const POLICY = `policy Desk
label private
agent assistant
human me

server desk {
  tool read(name: string) readonly reads private
  tool send(to: string) external
  tool verify(name: string)
  tool publish(name: string)
  tool pay(amount: int)
}

allow assistant: desk.*
deny desk.send when carries private because "the notes are private"
deny desk.publish unless once desk.verify
require approval by me for desk.pay
withhold result of desk.read when name == "secret" or result.text contains "key"
`;

export const CALLS = [
    ['send', { to: 'bob' }],
    ['verify', { name: 'broken' }],
    ['verify', { name: 'returned' }],
    ['publish', { name: 'early' }],
    ['read', { name: 'plan' }],
    ['read', { name: 'keys' }],
    ['send', { to: 'eve' }],
    ['read', { name: 'secret' }],
    ['pay', { amount: 5 }],
    ['pay', { amount: 500 }],
    ['verify', { name: 'sound' }],
    ['publish', { name: 'late' }]
];

export async function scenario({ createGateway, parsePolicy }) {
    const session = createGateway(await parsePolicy(POLICY)).session('desk');
    const made = [];
    const note = (what) => made.push(what);
    return {
        made,
        options: {
            session,
            approve: async ({ args }) => (args.amount === 5 ? { answer: 'approve', human: 'me' } : undefined)
        },
        tools: {
            read: ['name', 'string', ({ name }) => (note(`read ${name}`), `note ${name}`)],
            send: ['to', 'string', ({ to }) => (note(`send ${to}`), 'sent')],
            verify: [
                'name',
                'string',
                ({ name }) => {
                    note(`verify ${name}`);
                    if (name !== 'sound') {
                        throw new Error(`the check is ${name}`);
                    }
                    return 'verified';
                }
            ],
            publish: ['name', 'string', ({ name }) => (note(`publish ${name}`), 'published')],
            pay: ['amount', 'int', ({ amount }) => (note(`pay ${amount}`), 'paid')]
        }
    };
}

/** The parameters of a tool, as a zod schema. */
export const parametersOf = (z, [name, type]) => z.object({ [name]: type === 'int' ? z.number().int() : z.string() });
