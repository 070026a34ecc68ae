/** A policy with a session of two hundred steps: agents, people, servers, holds, refusals, and passing time. */

export const LONG_STEPS = 200;

const POLICY = `policy LongDay

label private
label untrusted

server mail {
  tool read(folder: string) readonly reads private, untrusted
  tool send(to: string, body: string) external
}
server bank {
  tool balance(account: string) readonly reads private
  tool pay(account: string, amount: int) irreversible
}
server web { tool fetch(url: string) readonly external reads untrusted }

agent clerk
agent scout
human owner

event office.closes

allow clerk: mail.read, mail.send, bank.balance, bank.pay
allow scout: web.fetch
require approval by owner for bank.pay when carries untrusted because "what outsiders wrote must not pay"
deny mail.send when carries private and carries untrusted because "private data stays here"

modes office {
  open initial {
    on office.closes enter closed
  }
  closed for 8h return open { deny bank.pay because "the office is closed" }
}

scenario "a long day":
`;

export function longPolicy(): string {
    const lines: string[] = [];
    let steps = 0;
    const add = (count: number, ...texts: readonly string[]): void => {
        if (steps + count <= LONG_STEPS) {
            lines.push(...texts);
            steps += count;
        }
    };
    for (let round = 1; steps < LONG_STEPS; round++) {
        add(1, `scout calls web.fetch(url: "https://news.example/${round}") -> allowed`);
        add(1, `clerk calls mail.read(folder: "inbox-${round}") -> allowed`);
        add(1, `clerk calls bank.balance(account: "A-${round}") -> allowed`);
        const pay = `clerk calls bank.pay(account: "A-${round}", amount: ${round * 10})`;
        add(3, `${pay} -> held`, 'wait 4m', 'owner approves bank.pay', `${pay} -> allowed`);
        add(1, `clerk calls mail.send(to: "shop@example.com", body: "paid ${round}") -> denied`);
        add(1, 'wait 30m', `scout calls web.fetch(url: "https://rates.example/${round}") -> allowed`);
    }
    return `${POLICY}${lines.map((line) => `  ${line}`).join('\n')}\n`;
}
