/**
 * Handwritten policies, each with the repair that an expert would make first: one without permanent losses, if there is
 * one.
 */

export interface ExpertCase {
    readonly name: string;
    readonly policy: string;
    /** The first proposal. */
    readonly first: string;
    /** The permanent losses of the first proposal, if every repair has losses. */
    readonly lost?: readonly string[];
}

export const TOOLS = ['bank.verify', 'bank.pay', 'bank.close', 'mail.read', 'mail.send'];

const BANK = `policy Bank
label private
agent clerk
human ann
server bank {
  tool verify(account: string) atomic
  tool pay(account: string, amount: int) atomic
  tool close(account: string) atomic
}
server mail {
  tool read() reads private
  tool send(to: string) external
}
`;

const bank = (name: string, rules: string, first: string, lost?: readonly string[]): ExpertCase => ({
    name,
    policy: `${BANK}${rules}\n`,
    first,
    ...(lost && { lost })
});

export const expertCases: readonly ExpertCase[] = [
    bank(
        'the only agent may not pay unasked',
        'allow clerk: bank.pay\nclaim "asked": never bank.pay unless approved by ann',
        'add: require approval by ann for bank.pay'
    ),
    bank(
        'an approval that is required',
        'allow clerk: bank.pay\nclaim "asked": bank.pay requires approved by ann',
        'add: require approval by ann for bank.pay'
    ),
    bank(
        'an approval above an amount',
        'allow clerk: bank.pay\nclaim "asked": never bank.pay when amount > 100 unless approved by ann',
        'add: require approval by ann for bank.pay when amount > 100'
    ),
    bank(
        'a large amount is held',
        'allow clerk: bank.pay\nclaim "held": bank.pay is held when amount > 100',
        'add: require approval by ann for bank.pay when amount > 100'
    ),
    bank(
        'a boundary that is off by one',
        'allow clerk: bank.pay when amount <= 100\nclaim "small": never bank.pay when amount >= 100',
        'change line 14 to: allow clerk: bank.pay when amount < 100'
    ),
    bank(
        'a limit of an amount',
        'allow clerk: bank.pay\nclaim "small": never bank.pay when amount > 500',
        'add: deny bank.pay when amount > 500'
    ),
    bank(
        'a forgotten verification',
        'allow clerk: bank.verify, bank.pay\nclaim "verified": bank.pay requires once bank.verify',
        'add: require once bank.verify for bank.pay'
    ),
    bank(
        'a forgotten key',
        'allow clerk: bank.verify\nallow clerk: bank.pay when once bank.verify\nclaim "verified": bank.pay requires once bank.verify(account)',
        'change line 15 to: allow clerk: bank.pay when once bank.verify(account)'
    ),
    bank(
        'a forgotten window',
        'allow clerk: bank.verify\nallow clerk: bank.pay when once bank.verify(account)\nclaim "verified": bank.pay requires once bank.verify(account) within 10m',
        'change line 15 to: allow clerk: bank.pay when once bank.verify(account) within 10m'
    ),
    bank(
        'too long a window',
        'allow clerk: bank.verify\nallow clerk: bank.pay when once bank.verify within 2h\nclaim "verified": bank.pay requires once bank.verify within 1h',
        'change line 15 to: allow clerk: bank.pay when once bank.verify within 1h'
    ),
    bank(
        'when for unless',
        'allow clerk: bank.verify\nallow clerk: bank.pay unless once bank.verify\nclaim "verified": bank.pay requires once bank.verify',
        'change line 15 to: allow clerk: bank.pay when once bank.verify'
    ),
    bank(
        'too high a limit',
        'allow clerk: bank.pay\nlimit bank.pay to 5\nclaim "few": at most 3 bank.pay',
        'change line 15 to: limit bank.pay to 3'
    ),
    bank('a missing limit', 'allow clerk: bank.pay\nclaim "few": at most 3 bank.pay', 'add: limit bank.pay to 3'),
    bank(
        'a missing limit within a time',
        'allow clerk: bank.pay\nclaim "few": at most 3 bank.pay within 1h',
        'add: limit bank.pay to 3 within 1h'
    ),
    bank(
        'a limit for each account',
        'allow clerk: bank.pay\nclaim "few": at most 1 bank.pay per account',
        'add: limit bank.pay to 1 per account'
    ),
    bank(
        'what is private stays inside',
        'allow clerk: mail.read, mail.send\nclaim "inside": no flow from private to mail.send',
        'add: deny mail.send when carries private'
    ),
    bank(
        'what is private stays inside, unless approved',
        'allow clerk: mail.read, mail.send\nclaim "inside": no flow from private to mail.send unless approved by ann',
        'add: require approval by ann for mail.send when carries private'
    ),
    bank(
        'nothing after closing',
        'allow clerk: bank.*\nclaim "closed": never bank.pay after bank.close',
        'add: deny bank.pay when once bank.close'
    ),
    bank(
        'nothing after closing the account',
        'allow clerk: bank.*\nclaim "closed": never bank.pay when once bank.close(account)',
        'add: deny bank.pay when once bank.close(account)'
    ),
    bank(
        'a tool that nobody may ever use',
        'allow clerk: bank.*\nclaim "open": never bank.close',
        'add: deny bank.close',
        ['clerk can never call bank.close']
    ),
    bank(
        'a tool that is denied to all',
        'allow clerk: bank.*\nclaim "open": bank.close is denied',
        'add: deny bank.close',
        ['clerk can never call bank.close']
    ),
    bank(
        'the rule denies too little',
        'allow clerk: bank.pay\ndeny bank.pay when amount > 1000\nclaim "small": never bank.pay when amount > 500',
        'change line 15 to: deny bank.pay when amount > 500'
    ),
    bank(
        'a rule that denies the other half',
        'allow clerk: bank.verify, bank.pay\ndeny bank.pay when once bank.verify\nclaim "verified": bank.pay requires once bank.verify\nclaim "it pays": possible bank.verify then bank.pay',
        'change line 15 to: deny bank.pay unless once bank.verify'
    ),
    bank(
        'a read that taints',
        'allow clerk: bank.pay, mail.read\nclaim "clean": never bank.pay after mail.read',
        'add: deny bank.pay when once mail.read'
    ),
    bank(
        'a read that taints large payments',
        'allow clerk: bank.pay, mail.read\nclaim "clean": never bank.pay when amount > 10 after mail.read',
        'add: deny bank.pay when amount > 10 and once mail.read'
    ),
    bank(
        "a stranger's address",
        'allow clerk: mail.send\nclaim "ours": mail.send requires domain of to == "ours.example"',
        'change line 14 to: allow clerk: mail.send when domain of to == "ours.example"'
    ),
    bank(
        'one of two addresses',
        'allow clerk: mail.send\nclaim "ours": never mail.send when to != "a@ours.example" and to != "b@ours.example"',
        'add: deny mail.send when (to != "a@ours.example" and to != "b@ours.example")'
    ),
    bank(
        'verified and approved',
        'allow clerk: bank.verify, bank.pay\nclaim "both": bank.pay requires once bank.verify and approved by ann',
        'add: require once bank.verify for bank.pay; require approval by ann for bank.pay'
    ),
    bank(
        'no mail before a verification',
        'allow clerk: bank.verify, mail.send\nclaim "later": mail.send requires once bank.verify',
        'add: require once bank.verify for mail.send'
    )
];
