/** Checks all certificates of a policy. */
import { verify } from './certificate.js';
import { assert, listOf, objectOf, policyOf, Refused } from './policy.js';

export interface Report {
    readonly accepted: readonly string[];
    readonly refused: readonly { readonly name: string; readonly why: string }[];
    /** The claims that the checker decided exactly but wrote no certificate for. */
    readonly without: readonly { readonly name: string; readonly why: string }[];
}

/**
 * Throws `Refused` unless the data are an exported policy and a file of certificates for it.
 *
 * @param policyData the output of `guardrail export --to json`
 * @param certificateData the output of `guardrail check --certificate`
 */
export function reportOf(policyData: unknown, certificateData: unknown): Report {
    const policy = policyOf(policyData);
    const file = objectOf(certificateData, 'the file of certificates');
    const isOfPolicy = file['format'] === 'guardrail-certificates/4' && file['policy'] === policy.name;
    assert(isOfPolicy, `these are not certificates of the policy "${policy.name}"`);
    const accepted: string[] = [];
    const refused: { name: string; why: string }[] = [];
    for (const data of listOf(file['certificates'], 'the list of certificates')) {
        try {
            accepted.push(verify(policy, data).name);
        } catch (error) {
            refused.push({ name: nameIn(data), why: reasonOf(error) });
        }
    }
    const without = listOf(file['without'], 'the list of claims without a certificate').map((data) => ({
        name: nameIn(data),
        why: objectOf(data, 'a claim without a certificate')['reason'] as string
    }));
    return { accepted, refused, without };
}

/** The reason in words. Data that does not have the shape of the format is refused too. */
export function reasonOf(error: unknown): string {
    return error instanceof Refused ? error.message : 'the data do not have the form of their format';
}

const nameIn = (data: unknown): string => objectOf(data, 'a claim')['name'] as string;
