"""Every sentence that the suite itself says, in both languages. Clause texts are the document's.

What it says of a failure stands in ``findings.py``.
"""

from __future__ import annotations

from cynod_conformance.text.findings import FINDINGS
from cynod_conformance.text.phrase import Phrase, Said
from cynod_spec.model import Text

UNSAID = Text("")

WORDS: dict[str, tuple[str, str]] = {
    # key: (French, English)
    "conformant": ("conforme", "conformant"),
    "non_conformant": ("non conforme", "not conformant"),
    "inconclusive": ("sans conclusion", "inconclusive"),
    "error": ("erreur de la suite", "error of the suite"),
    "passed": ("tenue", "passed"),
    "failed": ("violée", "failed"),
    "unchecked": ("non vérifiée", "unchecked"),
    "not_applicable": ("sans objet", "not applicable"),
    "not_exercised": ("non exercée", "not exercised"),
    "waived": ("dispensée", "waived"),
    "headline": (
        "{verdict} · {checked} des {musts} clauses MUST vérifiées",
        "{verdict} · {checked} of {musts} MUST checked",
    ),
    "listed": (
        "{clauses} clauses : {checked} vérifiées, {excused} dont la raison de ne pas l'être est dite, "
        "{bare} sans l'un ni l'autre ; {checks} vérifications, {untripped} qu'aucune faute ne déclenche ; "
        "{faults} fautes",
        "{clauses} clauses: {checked} checked, {excused} with a reason why not, {bare} without either; "
        "{checks} checks, {untripped} that no fault trips; {faults} faults",
    ),
    "footing": (
        "{target} · contrat {version} · graine {seed} · {sent} requêtes · {seconds} s",
        "{target} · contract {version} · seed {seed} · {sent} requests · {seconds} s",
    ),
    "seed-repeats": (
        "la graine {seed} renvoie les mêmes requêtes, aux clés, identifiants et jetons près",
        "seed {seed} sends the same requests again, but for keys, ids and tokens",
    ),
    "seed-repeats-but": (
        "la graine {seed} renvoie les mêmes requêtes, aux clés, identifiants et jetons près, hormis ce qui "
        "se mène en direct ({phases})",
        "seed {seed} sends the same requests again, but for keys, ids, tokens and what is live ({phases})",
    ),
    "expected": ("attendu", "expected"),
    "got": ("obtenu", "got"),
    "note": ("à noter", "note"),
    "replay": ("rejouer", "replay"),
    "step-of": ("étape {number} sur {count}", "step {number} of {count}"),
    "together": ("en même temps que la précédente", "at one time with the one before"),
    "earlier-steps": (
        "… jusqu'à l'étape {last} : voir report.html",
        "… up to step {last}: see report.html",
    ),
    "cause-same-answer": (
        "la réponse où elle échoue rompt déjà {clause}",
        "its failing answer breaks {clause} already",
    ),
    "cause-only-there": (
        "elle n'est rompue que dans les expériences de {clause}, qui échoue",
        "it is broken only in the experiments of {clause}, which failed",
    ),
    "cause-alike": (
        "même réponse que pour {clause}, là où le même code était attendu",
        "the same answer as for {clause}, where the same code was expected",
    ),
    "follows": ("suite de {clause} : {why}", "follows from {clause}: {why}"),
    "consequences": ("Entraîne aussi", "Also breaks"),
    "see-again": ("Revoir l'échec soi-même", "See the failure again yourself"),
    "steps": ("Ce qui s'est passé", "What happened"),
    "step": ("Étape", "Step"),
    "caller": ("Appelant", "Caller"),
    "sent": ("Envoyé", "Sent"),
    "received": ("Reçu", "Received"),
    "report": ("Rapport : {path}", "Report: {path}"),
    "listed-answers": (
        "{seen} des {of} réponses du document vues (opération × état HTTP × code)",
        "{seen} of the {of} answers of the document seen (operation × status × code)",
    ),
    "cells-seen": ("Réponses vues", "Answers seen"),
    "cells-new": ("Dont nouvelles", "New among them"),
    "left-behind": (
        "ce que la campagne a créé sans pouvoir l'annuler ni le rembourser (liste dans report.json) : {what}",
        "what the run made and could neither cancel nor refund (listed in report.json): {what}",
    ),
    "because": ("à cause de : {ids}", "because of: {ids}"),
    "never-came": ("rien de ce qu'elle juge ne s'est présenté", "nothing that it judges came up"),
    "cells-missing": ("jamais exercé : {what}", "never exercised: {what}"),
    "outside-profile": ("hors du profil choisi", "outside the chosen profile"),
    "outside-tier": ("palier de risque « {tier} » non permis", "risk tier {tier} is not allowed"),
    "left-out": (
        "sans les cas ({count}) que le palier de risque choisi n'autorise pas",
        "without the cases ({count}) that the chosen risk tier does not allow",
    ),
    "undrawn": (
        "sans les cas ({count}) que la graine n'a pas tirés pour ce profil rapide",
        "without the cases ({count}) that the seed did not draw for this quick profile",
    ),
    "outside-choice": ("hors de la sélection", "outside the selection"),
    "budget": ("le temps alloué est épuisé", "the time allowed is spent"),
    "requests-spent": (
        "les {count} requêtes allouées sont épuisées",
        "the {count} requests allowed are spent",
    ),
    "interrupted": ("campagne interrompue", "the run was interrupted"),
    "no-patience": (
        "plus rien ne lui est envoyé : ses réponses ont fait attendre plus de {seconds} s en tout",
        "nothing more is sent to it: its answers kept the run waiting over {seconds} s in all",
    ),
    "always-throttled": (
        "plus rien ne lui est envoyé : {count} requêtes de suite ont été renvoyées après l'attente demandée "
        "et de nouveau limitées",
        "nothing more is sent to it: {count} requests in a row were throttled again after the wait "
        "that it asked for",
    ),
    "no-answer": ("la cible ne répond pas : {why}", "the target does not answer: {why}"),
    "no-credential": ("il manque [credentials.{name}]", "[credentials.{name}] is missing"),
    "no-scope": ("aucun identifiant ne détient {what}", "no credential holds {what}"),
    "no-card": (
        "il manque la carte « {name} » ou [credentials.core]",
        "card {name} or [credentials.core] is missing",
    ),
    "no-operation": ("le document n'a pas d'opération « {what} »", "the document has no {what} operation"),
    "no-maker": ("aucune opération ne crée « {what} »", "no operation makes a {what}"),
    "no-sample": ("aucun exemple : {what}", "no example: {what}"),
    "no-role": ("une réponse ne montre pas « {what} »", "an answer shows no {what}"),
    "no-id": ("{what} n'a pas montré d'identifiant", "{what} showed no id"),
    "no-token": ("« {name} » n'obtient pas de jeton ({status})", "{name} gets no token ({status})"),
    "unusable-token": (
        "le jeton de « {name} » n'a pas sa place dans un en-tête",
        "no header can carry the token of {name}",
    ),
    "unsendable": ("un en-tête {what} qui ne peut être envoyé", "a header {what} that cannot be sent"),
    "control": (
        "la requête témoin {what} est refusée : {status}",
        "the control request {what} was refused: {status}",
    ),
    "no-replay": (
        "{what} : la même requête avec la même clé n'est pas un rejeu ({said})",
        "{what}: the same request with the same key is no replay ({said})",
    ),
    "not-refused": (
        "la requête témoin {what} est acceptée, elle devait être refusée",
        "the control request {what} was accepted, and should have been refused",
    ),
    "not-here": ("sans objet pour cette cible : {what}", "does not apply to this target: {what}"),
    "no-receiver": (
        "sans objet : la configuration n'a pas de [webhook] listen, la cible n'a donc personne à prévenir",
        "not applicable: the configuration has no [webhook] listen, so the target has nobody to tell",
    ),
    "no-webhook": (
        "le document ne dit pas où lire ce qu'un webhook annonce",
        "the document does not say where to read what a webhook tells",
    ),
    "no-webhook-secret": ("il manque [webhook] secret", "[webhook] secret is missing"),
    "nothing-told": (
        "rien n'arrive au récepteur : {url} est-elle l'adresse convenue avec [credentials.primary] ?",
        "nothing arrives at the receiver: is {url} the address agreed with [credentials.primary]?",
    ),
    "not-told": ("aucune notification de {what} n'est arrivée", "no delivery about {what} has arrived"),
    "not-retried": (
        "la notification qui a échoué n'a pas été renvoyée",
        "the delivery that failed was not tried again",
    ),
    "private-allowed": (
        "redirections seules : l'exploitant de cette cible autorise les adresses privées",
        "redirects alone: the operator of this target allows private addresses",
    ),
    "private-unseen": (
        "redirections seules : l'adresse se convient hors ligne, la suite ne peut en donner de privée",
        "redirects alone: the address is agreed out of band, the suite cannot give a private one",
    ),
    "plain-target": (
        "la cible est en HTTP sans TLS, ce que permettent la boucle locale ou --allow-http",
        "the target speaks plain HTTP, as loopback or --allow-http permits",
    ),
    "distrusted": (
        "rien ne lui est envoyé, son certificat n'est pas fiable : {why}",
        "nothing is sent to it, its certificate is not to be trusted: {why}",
    ),
    "foreign-host": (
        "rien n'est envoyé à {host}, que personne n'a désigné",
        "nothing is sent to {host}, which nobody named",
    ),
    "large-quota": (
        "le quota de [credentials.throttled] est trop grand pour être épuisé : {what}",
        "the quota of [credentials.throttled] is too large to be spent: {what}",
    ),
    "cannot-offer": ("ce poste ne sait pas proposer {what}", "this machine cannot offer {what}"),
    "no-hello": (
        "une négociation en TLS 1.2 est coupée sans explication",
        "a handshake in TLS 1.2 is cut without explanation",
    ),
    "long-life": ("le jeton vit trop longtemps pour attendre", "the token lives too long to wait for"),
    "crashed": ("{error} dans {check} ({case})", "{error} in {check} ({case})"),
    # scenarios
    "no-input": (
        "rien ne donne l'entrée « {name} » : x-cynod.inputs du document ne dit pas ce qu'elle est",
        "nothing gives the input {name}: the document's x-cynod.inputs does not say what it is",
    ),
    "needs-workflow": ("il suppose le scénario {name}", "it depends on the scenario {name}"),
    "too-deep": (
        "les scénarios s'appellent sans fin : {name}",
        "scenarios call each other without end: {name}",
    ),
    "endless": ("plus de {count} étapes sans en voir la fin", "more than {count} steps without an end"),
    "outside-workflows": (
        "hors des scénarios : seul ce qu'ils montrent de faux est dit",
        "outside the scenarios: only what they show to be wrong is told",
    ),
    "scenarios": ("Scénarios", "Scenarios"),
    "scenarios-headline": (
        "{verdict} · {held} des {all} scénarios tiennent",
        "{verdict} · {held} of {all} scenarios hold",
    ),
    "scenario-passed": ("tient", "holds"),
    "scenario-failed": ("ne tient pas", "does not hold"),
    "scenario-not_exercised": ("non exécuté", "not run"),
    "scenario-inconclusive": ("sans conclusion", "inconclusive"),
    "step-recovered": ("prévu, le scénario continue", "provided for, the scenario goes on"),
    "step-lost": ("réponse perdue à dessein", "answer lost on purpose"),
    "attempts": ("{count} essais", "{count} attempts"),
    "engine": ("le moteur s'est arrêté : {why}", "the engine stopped: {why}"),
    # the page
    "page-title": ("Rapport de conformité", "Conformance report"),
    "language": ("Langue", "Language"),
    "contents": ("Sommaire", "Contents"),
    "skip": ("Aller au verdict", "Skip to the verdict"),
    "to-failures": ("Échecs", "Failures"),
    "to-open": ("En suspens", "Left open"),
    "to-clauses": ("Clauses", "Clauses"),
    "to-coverage": ("Réponses", "Answers"),
    "to-run": ("Campagne", "Run"),
    "verdict": ("Verdict", "Verdict"),
    "why-conformant": (
        "Toutes les clauses obligatoires que cette campagne a jugées tiennent.",
        "Every mandatory clause that this run judged holds.",
    ),
    "why-non_conformant": ("Ces clauses ne tiennent pas :", "These clauses do not hold:"),
    "why-nothing": ("Rien n'a pu être jugé.", "Nothing could be judged."),
    "why-inconclusive": (
        "Ces clauses obligatoires n'ont pas pu être jugées :",
        "These mandatory clauses could not be judged:",
    ),
    "why-error": (
        "La suite elle-même a failli sur ces clauses :",
        "The suite itself failed on these clauses:",
    ),
    "exit-code": ("Code de sortie", "Exit code"),
    "musts-checked": ("Clauses MUST vérifiées", "MUST clauses checked"),
    "of": ("{some} sur {all}", "{some} of {all}"),
    "requests": ("Requêtes", "Requests"),
    "seconds": ("Secondes", "Seconds"),
    "failures": ("Ce qui ne tient pas", "What does not hold"),
    "no-failure": ("Aucune clause n'a été prise en défaut.", "No clause was found broken."),
    "case": ("Cas", "Case"),
    "once": ("l'expérience elle-même", "the experiment itself"),
    "seen": ("toute occasion de la juger", "any occasion to judge it"),
    "curl-line": ("La même requête, avec curl", "The same request, with curl"),
    "whole-sequence": ("la suite entière de requêtes", "the whole sequence of requests"),
    "secrets-first": ("Les secrets d'abord :", "Secrets first:"),
    "replay-line": ("Refaire l'expérience", "Try the experiment again"),
    "copy": ("Copier", "Copy"),
    "copied": ("Copié", "Copied"),
    "exchange": ("Requête et réponse", "Request and answer"),
    "request": ("Requête", "Request"),
    "response": ("Réponse", "Answer"),
    "placeholders": (
        "Les secrets sont remplacés par des variables $CYNOD_… : définissez-les avant de coller, par",
        "Secrets stand as $CYNOD_… variables: set them before pasting, with",
    ),
    "left-open": ("Ce qui reste ouvert", "What is left open"),
    "nothing-open": (
        "Chaque clause qu'un contrôle juge a été exercée.",
        "Every clause that a check judges was exercised.",
    ),
    "no-reason": ("sans raison donnée", "no reason given"),
    "missing-cells": ("Jamais exercé ({count})", "Never exercised ({count})"),
    "accepted-failures": ("Ce qui est accepté ({count})", "What is accepted ({count})"),
    "clauses": ("Toutes les clauses", "All clauses"),
    "clause": ("Clause", "Clause"),
    "sentence": ("Ce qu'elle dit", "What it says"),
    "status": ("État", "Status"),
    "level": ("Niveau", "Level"),
    "layer": ("Couche", "Layer"),
    "cells": ("Cellules", "Cases"),
    "search": ("Chercher", "Search"),
    "shown": ("affichées", "shown"),
    "protocol": ("protocole", "protocol"),
    "business": ("métier", "business"),
    "coverage": ("Ce que la cible a répondu", "What the target answered"),
    "coverage-note": (
        "Chaque réponse de chaque opération, comme elle a été comptée. Une clause se juge sur ces échanges ; "
        "ce qui manque ici n'a pas été vu.",
        "Every answer of every operation, as it was counted. Clauses are judged on these exchanges; "
        "what is absent here was not seen.",
    ),
    "http-status": ("État HTTP", "HTTP status"),
    "phase": ("Phase", "Phase"),
    "code": ("Code interne", "Internal code"),
    "identity": ("Identité", "Identity"),
    "count": ("Nombre", "Count"),
    "latency": ("Temps de réponse", "Latency"),
    "latency-note": (
        "De l'envoi de la requête à la fin de la réponse, en millisecondes ; rapporté, jamais jugé.",
        "From the sending of the request to the end of the answer, in milliseconds; reported, never judged.",
    ),
    "operation": ("Opération", "Operation"),
    "median": ("Médiane", "Median"),
    "percentile": ("99e centile", "99th percentile"),
    "run-facts": ("La campagne", "The run"),
    "target": ("Cible", "Target"),
    "contract": ("Contrat", "Contract"),
    "seed": ("Graine", "Seed"),
    "profile": ("Profil", "Profile"),
    "tier": ("Palier de risque", "Risk tier"),
    "tools": ("Outils", "Tools"),
    "start": ("Début", "Start"),
    "end": ("Fin", "End"),
    "waived-until": ("dispense jusqu'au {until} : {reason}", "waived until {until}: {reason}"),
    "waiver-idle": ("dispense inutile : la clause tient", "needless waiver: the clause holds"),
    **FINDINGS,
}


def both(key: str, /, **words: Said) -> Text:
    """The sentence *key* in both languages; an unknown key is said as it stands."""
    if key not in WORDS:
        return Text(key, key)
    french, english = WORDS[key]
    filled = {name: told(word) for name, word in words.items()}
    return Text(
        french.format(**{name: word.fr for name, word in filled.items()}),
        english.format(**{name: word.en for name, word in filled.items()}),
    )


def told(said: Said) -> Text:
    """A fact or a phrase in both languages."""
    return both(said.key, **said.words) if isinstance(said, Phrase) else Text(said, said)


def say(language: str, key: str, /, **words: Said) -> str:
    """The sentence *key* in *language*; an unknown key is said as it stands."""
    return both(key, **words).in_(language)
