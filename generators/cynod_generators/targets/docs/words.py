"""The site's own words, French and English side by side; every other sentence is the document's."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Final

from cynod_spec.model import Language, Text

_WORDS: Final[dict[str, tuple[str, str]]] = {
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
    "find": ("Chercher une page, un code…", "Find a page, a code…"),
    "copy_it": ("Copier", "Copy"),
    "copied": ("Copié", "Copied"),
    "nothing_found": ("Rien de tel.", "Nothing like it."),
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
    "var_base": ("BASE", "BASE"),
    "var_key": ("CLE", "KEY"),
    "var_secret": ("SECRET", "SECRET"),
    "var_token": ("JETON", "TOKEN"),
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
    "unique": ("sans doublon", "no duplicates"),
    "pattern": ("expression {}", "pattern {}"),
    "variant": ("forme {} sur {}", "form {} of {}"),
    "format": ("format {}", "format {}"),
    "default": ("par défaut {}", "default {}"),
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


def words(language: Language) -> SimpleNamespace:
    """The words in *language*, each an attribute."""
    return SimpleNamespace(
        **{key: english if language == "en" else french for key, (french, english) in _WORDS.items()}
    )


def both(key: str) -> Text:
    """The word *key* in both languages."""
    return Text(*_WORDS[key])
