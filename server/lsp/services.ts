/** The services that a feature of the language server may use: each feature lists those that it needs. */
import type { LangiumServices } from 'langium/lsp';
import type { GuardrailAddedServices } from '../../language/names/inventory.js';

/** Services of the language: parsing, names, types, imports. */
export type LanguageServices = LangiumServices & GuardrailAddedServices;
