"""The site's own texts in French and English; every other sentence is the document's."""

from __future__ import annotations

from typing import Final

from cynod_spec.i18n.catalogue import Catalogue, Texts
from cynod_spec.model import Language, Text

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    # Navigation
    "this_language": ("Français", "English"),
    "skip": ("Aller au contenu", "Skip to content"),
    "menu": ("Sommaire", "Contents"),
    "navigation": ("Pages de la documentation", "Pages of the documentation"),
    "language": ("Langue", "Language"),
    "overview": ("Vue d'ensemble", "Overview"),
    "guide": ("Guide", "Guide"),
    "apis": ("Les API", "The APIs"),
    "reference_pages": ("Référence", "Reference"),
    "webhooks": ("Notifications", "Webhooks"),
    "codes": ("Catalogue des codes", "Catalogue of codes"),
    "clauses": ("Clauses", "Clauses"),
    "changes": ("Changements", "Changes"),
    "version": ("Version", "Version"),
    "generated": (
        "Engendré depuis le contrat, sans autre source.",
        "Generated from the contract, no other source.",
    ),
    "find": ("Chercher partout", "Search everything"),
    "copy_it": ("Copier", "Copy"),
    "copied": ("Copié", "Copied"),
    "nothing_found": ("Aucun résultat.", "No results."),
    "results": ("Résultats\u00a0: {}", "Results: {}"),
    "more_results": (
        "Autres résultats\u00a0: {}. Précisez votre recherche.",
        "Further results: {}. Narrow your search.",
    ),
    # Overview
    "components": ("Les composants et leurs interactions", "The components and their interactions"),
    "calls": ("appelle", "calls"),
    "is_told": ("reçoit", "receives"),
    "servers": ("Où appeler", "Where to call"),
    "address": ("Adresse", "Address"),
    "first_call": ("Premier appel en cinq minutes", "First call in five minutes"),
    "first_pair": (
        "Posez l'adresse du serveur et le couple que vous avez reçu dans des variables\u00a0:",
        "Put the address of the server and the pair that you received into variables:",
    ),
    "first_token": ("Demandez un jeton\u00a0:", "Ask for a token:"),
    "first_keep": ("Gardez le jeton de la réponse\u00a0:", "Keep the token of the answer:"),
    "first_use": ("Servez-vous-en\u00a0:", "Use it:"),
    "answer": ("La réponse\u00a0:", "The answer:"),
    "your_key": ("votre-consumer-key", "your-consumer-key"),
    "your_secret": ("votre-consumer-secret", "your-consumer-secret"),
    # Shell variables of the samples
    "var_id": ("ID", "ID"),
    "var_instant": ("INSTANT", "INSTANT"),
    "var_body": ("CORPS", "BODY"),
    # Scenarios
    "scenarios": ("Scénarios", "Scenarios"),
    "caller": ("Appelant", "Caller"),
    "expects": ("On attend\u00a0:", "Expected:"),
    "keeps": ("On garde\u00a0:", "Kept:"),
    "from_here": ("Ensuite\u00a0:", "Then:"),
    "otherwise": ("Sinon\u00a0:", "Otherwise:"),
    "lost": ("La réponse se perd.", "The answer is lost."),
    "lost_drawn": ("réponse perdue", "answer lost"),
    "action_end": ("fin du scénario", "end of the scenario"),
    "action_goto": ("aller à l'étape {}", "go to step {}"),
    "action_workflow": ("passer au scénario {}", "go on with the scenario {}"),
    "action_retry": ("réessayer jusqu'à {} fois, après {}\u00a0s", "try again up to {} times, after {} s"),
    "when": ("quand", "when"),
    "runs": ("Exécute le scénario {}", "Runs the scenario {}"),
    "sequence": ("Diagramme de séquence\u00a0: {}", "Sequence diagram: {}"),
    "sequence_says": (
        "{} échanges entre {} et {}, décrits un à un ci-dessous.",
        "{} exchanges between {} and {}, described one by one below.",
    ),
    # Operations
    "operation": ("Opération", "Operation"),
    "operations": ("Opérations", "Operations"),
    "called_by": ("Appelée par\u00a0:", "Called by:"),
    "deprecated_operation": (
        "Cette opération est dépréciée\u00a0: ne commencez pas à vous en servir.",
        "This operation is deprecated: do not begin to use it.",
    ),
    "who_may_call": ("Qui peut appeler", "Who may call"),
    "anyone": ("Tout le monde, sans s'identifier.", "Anyone, without identification."),
    "scope": ("Droit demandé", "Scope needed"),
    "no_scope": ("Aucun\u00a0: tout appelant identifié.", "None: any identified caller."),
    "schemes": ("Moyens de s'identifier", "Ways to identify oneself"),
    "parameters": ("Paramètres", "Parameters"),
    "body": ("Corps de la requête", "Request body"),
    "sample": ("Exemple avec curl", "Sample with curl"),
    "answers": ("Réponses", "Answers"),
    "headers": ("En-têtes", "Headers"),
    "example": ("Exemple", "Example"),
    "result": ("Le résultat", "The result"),
    "links": ("Et ensuite", "What next"),
    "takes": ("reprend", "takes"),
    "no_body": ("Sans corps.", "No body."),
    # Verification of webhooks
    "verify": ("Vérifier une notification", "Verify a webhook"),
    "verify_lead": (
        "La signature suit Standard Webhooks. Ses bibliothèques font tout ce qui suit\u00a0;"
        " voici comment le faire sans elles, avec un exemple dont le résultat est connu.",
        "The signature follows Standard Webhooks. Its libraries do everything below; this is how"
        " to do it without them, with an example whose result is known.",
    ),
    "verify_raw": (
        "Gardez le corps tel qu'il est reçu, octet par octet, avant de lire le JSON\u00a0: un"
        " JSON relu puis réécrit n'a plus les mêmes octets.",
        "Keep the body as it is received, octet by octet, before you read the JSON: a JSON that"
        " was read and written again does not have the same octets.",
    ),
    "verify_headers": (
        "Lisez les en-têtes {id}, {timestamp} et {signature}. S'il en manque un, refusez la notification.",
        "Read the headers {id}, {timestamp} and {signature}. If one is missing, refuse the webhook.",
    ),
    "verify_content": (
        "Le contenu signé est la valeur de {id}, un point, la valeur de {timestamp}, un point,"
        " puis le corps brut. Le point est l'octet 2E\u00a0; aucune espace ni fin de ligne ne s'y"
        " ajoute.",
        "The signed content is the value of {id}, a full stop, the value of {timestamp}, a full"
        " stop, then the raw body. The full stop is the octet 2E; no space and no line break is"
        " added.",
    ),
    "verify_key": (
        "La clé est ce que donne, décodé du base64, le secret convenu sans son début {prefix}.",
        "The key is the agreed secret without its beginning {prefix}, decoded from base64.",
    ),
    "verify_mac": (
        "Calculez le HMAC-SHA256 du contenu signé avec cette clé, et écrivez ses 32 octets en base64.",
        "Compute the HMAC-SHA256 of the signed content with this key, and write its 32 octets in base64.",
    ),
    "verify_list": (
        "{signature} porte une ou plusieurs signatures, séparées par une espace. Chacune est une"
        " version, une virgule et une valeur. Ignorez celles dont la version n'est pas"
        " {version}\u00a0; une seule valeur égale à la vôtre suffit. Il y en a plusieurs pendant"
        " un changement de secret, une par secret.",
        "{signature} holds one or more signatures, separated by a space. Each is a version, a"
        " comma and a value. Ignore those whose version is not {version}; one value that equals"
        " yours is enough. There are several during a change of secret, one for each secret.",
    ),
    "verify_compare": (
        "Comparez en temps constant, avec une fonction faite pour cela\u00a0: une comparaison"
        " ordinaire s'arrête au premier octet qui diffère, et sa durée en dit trop.",
        "Compare in constant time, with a function made for it: an ordinary comparison stops at"
        " the first octet that differs, and its duration says too much.",
    ),
    "verify_age": (
        "Refusez une notification dont l'instant, {timestamp}, s'éloigne trop de votre horloge,"
        " dans le passé comme dans l'avenir. La description ci-dessus dit de combien.",
        "Refuse a webhook whose instant, {timestamp}, is too far from your clock, in the past or"
        " in the future. The description above says how far.",
    ),
    "verify_once": (
        "Retenez {id}, qui reste le même à chaque nouvel essai. Confirmez une notification déjà"
        " traitée sans la traiter une seconde fois.",
        "Remember {id}, which stays the same at each new attempt. Acknowledge a webhook that you"
        " have handled already without handling it a second time.",
    ),
    "vector": ("Exemple à reproduire", "Example to reproduce"),
    "secret": ("Secret", "Secret"),
    "key_in_hex": ("Clé, en hexadécimal", "Key, in hexadecimal"),
    "raw_body": ("le corps brut", "the raw body"),
    "octets": ("Octets", "Octets"),
    "content": ("Contenu", "Content"),
    "signed_content": ("Le contenu signé", "The signed content"),
    "expected_signature": ("La signature attendue", "The signature to be found"),
    "vector_run": (
        "Le calcul avec openssl. Il écrit la valeur qui suit la virgule\u00a0:",
        "The computation with openssl. It writes the value that follows the comma:",
    ),
    # Tables
    "name": ("Nom", "Name"),
    "where": ("Où", "Where"),
    "kind": ("Type", "Type"),
    "description": ("Description", "Description"),
    "member": ("Membre", "Member"),
    "required": ("requis", "required"),
    "optional": ("facultatif", "optional"),
    "in_path": ("chemin", "path"),
    "in_query": ("requête", "query"),
    "in_header": ("en-tête", "header"),
    "in_cookie": ("cookie", "cookie"),
    "sent": ("s'écrit", "written"),
    # Kinds of values and their bounds
    "kind_string": ("chaîne", "string"),
    "kind_integer": ("entier", "integer"),
    "kind_number": ("nombre", "number"),
    "kind_boolean": ("booléen", "boolean"),
    "kind_object": ("objet", "object"),
    "kind_array": ("liste", "list"),
    "kind_null": ("nul", "null"),
    "kind_any": ("tout", "any"),
    "never_present": ("jamais présent", "never present"),
    "kind_never": ("aucune valeur", "no value"),
    "list_of": ("liste\u00a0: {}", "list: {}"),
    "alternative": (" ou ", " or "),
    "always": ("toujours {}", "always {}"),
    "one_of": ("parmi {}", "one of {}"),
    "at_least": ("au moins {}", "at least {}"),
    "at_most": ("au plus {}", "at most {}"),
    "between": ("de {} à {}", "{} to {}"),
    "above": ("plus de {}", "more than {}"),
    "below": ("moins de {}", "less than {}"),
    "character": ("{} caractère", "{} character"),
    "characters": ("{} caractères", "{} characters"),
    "item": ("{} élément", "{} item"),
    "items": ("{} éléments", "{} items"),
    "key": ("{} clé", "{} key"),
    "keys": ("{} clés", "{} keys"),
    "multiple_of": ("multiple de {}", "multiple of {}"),
    "unique": ("sans doublon", "no duplicates"),
    "pattern": ("expression {}", "pattern {}"),
    "format": ("format {}", "format {}"),
    "contentMediaType": ("contenu {}", "content {}"),
    "contentEncoding": ("codage {}", "encoding {}"),
    "default": ("par défaut {}", "default {}"),
    "no_value": ("aucune valeur possible", "no value is possible"),
    "no_key": ("aucune clé", "no keys"),
    "no_other_key": ("aucune autre clé", "no other keys"),
    "no_item": ("aucun élément", "no items"),
    "no_other_item": ("aucun autre élément", "no other items"),
    "needs": ("requis\u00a0: {}", "required: {}"),
    "needs_with": ("avec {}, sont requis\u00a0: {}", "with {}, also required: {}"),
    "read_only": ("lecture seule", "read only"),
    "read_only_request": ("lecture seule\u00a0: ignoré dans une requête", "read only: ignored in a request"),
    "write_only_response": (
        "écriture seule\u00a0: absent des réponses",
        "write only: in no answer",
    ),
    "write_only": ("écriture seule", "write only"),
    "deprecated": ("déprécié", "deprecated"),
    # Parts of values
    "whole": ("la valeur entière", "the whole value"),
    "any_key": ("toute clé", "any key"),
    "other_key": ("toute autre clé", "any other key"),
    "key_like": ("toute clé qui suit {}", "any key that matches {}"),
    "key_name": ("le nom de chaque clé", "the name of each key"),
    "each_item": ("chaque élément", "each item"),
    "item_number": ("élément numéro {}", "item number {}"),
    "item_after": ("chaque élément après le numéro {}", "each item after number {}"),
    "contains": ("éléments de cette sorte\u00a0: au moins {}", "items of this sort: at least {}"),
    "contains_most": ("éléments de cette sorte\u00a0: de {} à {}", "items of this sort: {} to {}"),
    "variant": ("forme {} sur {}", "form {} of {}"),
    "variant_any": ("forme {} sur {}, cumulable", "form {} of {}, may be combined"),
    "named": ("\u00a0: {}", ": {}"),
    "chosen_by": ("quand {} vaut {}", "when {} is {}"),
    "when_so": ("si la valeur est ainsi", "if the value is so"),
    "then_so": ("alors", "then"),
    "else_so": ("sinon", "else"),
    "excluded": ("jamais ainsi", "never so"),
    "when_present": ("si {} est présent", "if {} is present"),
    "recursive": ("récursif", "recursive"),
    "see_there": ("décrit plus haut", "described above"),
    "see_below": ("la suite", "continued"),
    "continued": ("suite", "continued"),
    # Envelopes, codes, clauses
    "case_success": ("Succès", "Success"),
    "case_functional": ("Erreur fonctionnelle", "Functional error"),
    "case_authentication": ("Erreur d'authentification", "Authentication error"),
    "case_system": ("Erreur système", "System error"),
    "meaning": ("Sens", "Meaning"),
    "messages": ("Messages", "Messages"),
    "retry": ("Réessayer", "Retry"),
    "retry_yes": ("oui, plus tard", "yes, later"),
    "retry_no": (
        "non\u00a0: la même requête aura la même réponse",
        "no: the same request gets the same answer",
    ),
    "retry_done": ("inutile", "no need"),
    "provoke": ("Comment le provoquer", "How to provoke it"),
    "unprovokable": ("Pourquoi on ne le provoque pas", "Why it cannot be provoked"),
    "answered_by": ("Répondu par", "Answered by"),
    "outside_operations": ("toute requête hors des opérations", "any request outside the operations"),
    "every_operation": ("toutes les opérations", "every operation"),
    "level_must": ("obligatoire", "must"),
    "level_should": ("recommandé", "should"),
    "level_declared": ("déclaré", "declared"),
    "source": ("Source\u00a0:", "Source:"),
    "unchecked": ("Non vérifiable\u00a0:", "Cannot be checked:"),
    "clauses_intro": (
        "Chaque clause est une promesse du contrat, avec son niveau et sa source.",
        "Each clause is a promise of the contract, with its level and its source.",
    ),
    # Pages that stand in for a guide that the document lacks
    "security": ("Sécurité", "Security"),
    "scopes": ("Droits", "Scopes"),
    "exchanges": ("Échanges", "Exchanges"),
    "envelopes": ("Enveloppes", "Envelopes"),
    "refusals": ("Ordre des refus", "Order of refusal"),
}

CATALOGUE: Final = Catalogue(_TEXTS)


def words(language: Language) -> Texts:
    """The texts in *language*, as attributes."""
    return CATALOGUE.texts(language)


def both(key: str) -> Text:
    """The text *key* in both languages."""
    return Text(*CATALOGUE.both(key))
