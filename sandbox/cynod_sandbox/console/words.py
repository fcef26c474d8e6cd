"""The console's own texts in French and English; every other sentence is the contract's."""

from __future__ import annotations

from typing import Final

from cynod_spec.i18n.catalogue import Catalogue, Texts

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    # The frame
    "console": ("bac à sable", "sandbox"),
    "skip": ("Aller au contenu", "Skip to content"),
    "pages": ("Pages de la console", "Pages of the console"),
    "language": ("Langue", "Language"),
    "overview": ("Vue d'ensemble", "Overview"),
    "requests": ("Requêtes", "Requests"),
    "partners": ("Partenaires", "Partners"),
    "cards": ("Cartes", "Cards"),
    "days": ("Mauvais jours", "Bad days"),
    "logout": ("Se déconnecter", "Log out"),
    "utc": ("Les heures sont en UTC.", "Times are in UTC."),
    "contract": ("Contrat", "Contract"),
    "yes": ("oui", "yes"),
    "no": ("non", "no"),
    "none": ("aucun", "none"),
    "copy": ("Copier", "Copy"),
    "copied": ("Copié", "Copied"),
    "missing": ("Rien ici", "Nothing here"),
    "missing-why": (
        "Cette page n'existe pas, ou plus\u00a0: les requêtes anciennes laissent la place aux nouvelles.",
        "There is no such page, or no longer: old requests make room for new ones.",
    ),
    "back": ("Revenir à la vue d'ensemble", "Back to the overview"),
    # Overview
    "open": ("Le bac à sable est ouvert.", "The sandbox is open."),
    "address": ("Adresse de base", "Base URL"),
    "first": ("Trois gestes pour commencer", "Three moves to begin"),
    "first-pair": (
        "Prenez une clé et un secret dans cynod.toml, ou renouvelez un secret à la page Partenaires.",
        "Take a key and a secret from cynod.toml, or renew a secret on the page Partners.",
    ),
    "first-token": ("Demandez un jeton.", "Ask for a token."),
    "first-balance": ("Lisez le solde d'une carte.", "Read the balance of a card."),
    "health": ("État", "Health"),
    "healthy": ("En bonne santé", "In good health"),
    "since": ("Ouvert depuis", "Open for"),
    "switches": ("Interrupteurs", "Switches"),
    "strict": ("Éteints (mode strict)", "Off (strict mode)"),
    "ready": ("À votre main", "At hand"),
    "last": ("Les {count} dernières requêtes", "The last {count} requests"),
    "answered": ("Réussies", "Succeeded"),
    "refused": ("Refusées", "Refused"),
    "broken": ("Hors contrat", "Off contract"),
    "recent": ("À l'instant", "Just now"),
    "all-requests": ("Toutes les requêtes", "All requests"),
    "no-request": (
        "Aucune requête encore. La première s'affichera ici.",
        "No request yet. The first will appear here.",
    ),
    "reset": ("Revenir au début", "Back to the beginning"),
    "reset-short": (
        "Rendre au bac à sable les cartes et les partenaires du départ.",
        "Give the sandbox the cards and partners of its start again.",
    ),
    "reset-lost": (
        "Les cartes émises, les opérations, les jetons, les secrets renouvelés et les interrupteurs "
        "disparaissent. Les cartes et les partenaires de cynod.toml retrouvent leur premier état.",
        "Cards issued, operations, tokens, renewed secrets and switches go. The cards and partners of "
        "cynod.toml are again what they were at first.",
    ),
    "reset-sure": ("Effacer et recommencer", "Erase and begin again"),
    "reset-none": (
        "Ce bac à sable n'a pas de graine à laquelle revenir\u00a0: ses partenaires viennent d'un fichier.",
        "This sandbox has no seed to go back to: its partners come from a file.",
    ),
    "cancel": ("Ne rien changer", "Change nothing"),
    "metrics": ("Mesures pour Prometheus", "Metrics for Prometheus"),
    # Requests
    "requests-lead": (
        "Les {count} derniers échanges, et ce que le contrat en dit\u00a0: l'observateur de la suite de "
        "conformité relit chaque réponse telle qu'elle est partie.",
        "The last {count} exchanges and what the contract says of them: the conformance suite's observer "
        "reads each answer as it left.",
    ),
    "time": ("Heure", "Time"),
    "partner": ("Partenaire", "Partner"),
    "request": ("Requête", "Request"),
    "answer": ("Réponse", "Answer"),
    "duration": ("Durée", "Duration"),
    "verdict": ("Contrat", "Contract"),
    "holds": ("tenu", "kept"),
    "unjudged": ("non jugé", "not judged"),
    "breaks-one": ("une clause rompue", "one clause broken"),
    "breaks": ("{count} clauses rompues", "{count} clauses broken"),
    "cut": ("coupée", "cut"),
    "anybody": ("Tous", "All"),
    "everything": ("Toutes", "All"),
    "only-broken": ("Hors contrat", "Off contract"),
    "filter": ("Choisir les requêtes", "Choose requests"),
    "pause": ("Suspendre", "Pause"),
    "resume": ("Reprendre", "Resume"),
    "live": ("en direct", "live"),
    "paused": ("en pause", "paused"),
    "rehearsed": ("provoquée", "on demand"),
    "nothing-chosen": ("Aucune requête de ce genre parmi les dernières.", "No such request among the last."),
    # One exchange
    "exchange": ("Échange", "Exchange"),
    "clauses": ("Ce que le contrat en dit", "What the contract says of it"),
    "all-hold": (
        "Rien à redire\u00a0: chaque clause qui se juge sur un seul échange tient.",
        "Nothing to object: every clause that one exchange can show holds.",
    ),
    "not-judged": (
        "Aucune réponse entière n'est partie, il n'y a donc rien à juger.",
        "No whole answer left, so there is nothing to judge.",
    ),
    "got": ("constaté", "found"),
    "code": ("Code interne", "Internal code"),
    "operation": ("Opération", "Operation"),
    "caller": ("Adresse de l'appelant", "Address of the caller"),
    "headers": ("En-têtes", "Headers"),
    "body": ("Corps", "Body"),
    "no-body": ("Sans corps", "No body"),
    "hidden": (
        "Secrets et jetons sont masqués, les numéros de carte réduits à leurs quatre derniers chiffres.",
        "Secrets and tokens are hidden, card numbers cut down to their last four digits.",
    ),
    "acted": ("Interrupteurs en jeu", "Switches that acted"),
    # Partners
    "partners-lead": (
        "Chaque partenaire a sa clé, ses droits et ses secrets. Ouvrez-en un pour renouveler un secret, le "
        "suspendre ou lui préparer un mauvais jour.",
        "Each partner has its key, its scopes and its secrets. Open one to renew a secret, suspend it or "
        "prepare a bad day for it.",
    ),
    "key": ("Clé", "Key"),
    "in-file": ("Dans cynod.toml", "In cynod.toml"),
    "scopes": ("Droits", "Scopes"),
    "no-scopes": ("aucun droit", "no scope"),
    "basic": ("HTTP Basic", "HTTP Basic"),
    "addresses": ("Adresses admises", "Addresses allowed"),
    "anywhere": ("toutes", "any"),
    "state": ("État", "State"),
    "suspended": ("suspendu", "suspended"),
    "in-good-standing": ("actif", "active"),
    "secrets": ("Secrets", "Secrets"),
    "secrets-one": ("Un secret est valable.", "One secret is valid."),
    "secrets-two": (
        "Deux secrets sont valables\u00a0: une rotation est en cours. Changez le secret dans votre "
        "application, puis retirez l'ancien.",
        "Two secrets are valid: a rotation is under way. Change the secret in your application, then retire "
        "the old one.",
    ),
    "rotate": ("Renouveler le secret", "Renew the secret"),
    "retire": ("Retirer l'ancien", "Retire the old one"),
    "new-secret": ("Nouveau secret", "New secret"),
    "once": (
        "Notez-le maintenant\u00a0: il ne sera plus jamais affiché. L'ancien reste valable.",
        "Note it now: it is never shown again. The old one stays valid.",
    ),
    "suspend": ("Suspendre", "Suspend"),
    "reinstate": ("Rétablir", "Reinstate"),
    "its-requests": ("Ses dernières requêtes", "Its last requests"),
    # Webhooks
    "webhooks": ("Notifications (webhooks)", "Webhooks"),
    "webhooks-lead": (
        "Ce que CYNOD annonce à ce partenaire\u00a0: chaque changement d'une de ses opérations, signé, "
        "renvoyé jusqu'à ce qu'il soit reçu.",
        "What CYNOD tells this partner: each change of one of its operations, signed, sent again until it is "
        "received.",
    ),
    "webhook-address": ("Adresse", "Address"),
    "webhook-secret": ("Secret de signature", "Signing secret"),
    "webhook-secret-where": (
        "en entier dans cynod.toml, ou dans le fichier des partenaires",
        "in full in cynod.toml, or in the file of partners",
    ),
    "no-webhook-address": (
        "Aucune adresse n'est convenue avec ce partenaire\u00a0: rien ne lui est envoyé. L'option "
        "--webhook-url en donne une au partenaire principal, webhook_url dans un fichier de partenaires à "
        "chacun.",
        "No address is agreed with this partner: nothing is sent to it. The option --webhook-url gives one "
        "to the primary partner, webhook_url in a file of partners to each.",
    ),
    "send-test": ("Envoyer un événement d'essai", "Send a test event"),
    "send-test-how": (
        "C'est l'exemple du contrat, signé comme les autres\u00a0; aucune opération n'a changé.",
        "It is the contract's example, signed like any other; no operation has changed.",
    ),
    "deliveries": ("Envois", "Deliveries"),
    "event": ("Événement", "Event"),
    "test-event": ("essai", "test"),
    "attempts": ("Essais", "Attempts"),
    "last-answer": ("Dernière réponse", "Last answer"),
    "under-way": ("en cours", "under way"),
    "delivery-waiting": ("en attente", "waiting"),
    "delivery-delivered": ("reçu", "received"),
    "delivery-abandoned": ("abandonné", "given up"),
    "next-attempt": ("prochain essai à {moment}", "next attempt at {moment}"),
    "resend": ("Renvoyer", "Send again"),
    "deliveries-kept": (
        "Les plus récents d'abord. Ce qui est reçu ou abandonné disparaît après un jour.",
        "The newest first. What was received or given up goes after a day.",
    ),
    "no-delivery": ("Aucun envoi pour l'instant.", "No delivery yet."),
    # Switches
    "days-lead": (
        "Une panne répétée est une panne à laquelle on survit. Demandez-en une par requête, par "
        "partenaire ou par carte\u00a0; le reste du bac à sable continue de tenir le contrat.",
        "A failure rehearsed is a failure survived. Ask for one by request, by partner or by card; the "
        "rest of the sandbox goes on keeping the contract.",
    ),
    "days-strict": (
        "Ce bac à sable est en mode strict\u00a0: les interrupteurs sont éteints et l'en-tête est ignoré.",
        "This sandbox is in strict mode: every switch is off and the header is ignored.",
    ),
    "by-request": ("Par requête", "By request"),
    "by-request-how": (
        "Ajoutez cet en-tête à une requête. Plusieurs interrupteurs se séparent par un point-virgule\u00a0; "
        "ils agissent une fois l'appelant reconnu, avant tout effet. Ce qui ne peut s'appliquer à "
        "l'opération est refusé, avec la raison.",
        "Add this header to a request. Several switches are separated by a semicolon; they act once the "
        "caller is known, before any effect. What cannot apply to the operation is refused, with the reason.",
    ),
    "by-partner": ("Par partenaire", "By partner"),
    "by-partner-how": (
        "À la page d'un partenaire, pour ses prochains appels ou jusqu'à nouvel ordre. Les demandes de jeton "
        "passent\u00a0; un code que l'opération ne connaît pas attend la suivante.",
        "On the page of a partner, for its next calls or until further notice. Token requests pass; a code "
        "that the operation does not know waits for the next.",
    ),
    "by-card": ("Par carte", "By card"),
    "by-card-how": (
        "Recharger ces cartes ou payer avec elles tourne mal à chaque fois. Leurs numéros entiers sont dans "
        "cynod.toml.",
        "Topping up these cards or paying with them goes wrong each time. Their full numbers are in "
        "cynod.toml.",
    ),
    "about-latency": (
        "La réponse attend autant de millisecondes, une minute au plus.",
        "The answer waits so many milliseconds, a minute at most.",
    ),
    "about-expire-token": (
        "Le jeton présenté expire à l'instant\u00a0; à la demande d'un jeton, celui qui est accordé "
        "n'ouvre rien.",
        "The token presented expires now; when a token is asked for, the one granted opens nothing.",
    ),
    "about-cut": (
        "La connexion se ferme sans réponse, avant tout effet ou une fois l'effet acquis\u00a0: renvoyez "
        "la même requête avec la même clé.",
        "The connection closes without an answer, before any effect or once the effect is committed: send "
        "the same request again with the same key.",
    ),
    "about-unavailable": (
        "Une dépendance manque\u00a0: 503, avec Retry-After à autant de secondes.",
        "A dependency is down: 503, with Retry-After at so many seconds.",
    ),
    "about-code": (
        "N'importe quel code du catalogue que l'opération peut répondre, avec son enveloppe, son état et ses "
        "en-têtes\u00a0: par sa valeur ou son nom.",
        "Any code of the catalogue that the operation may answer, with its envelope, status and headers: "
        "by its value or its name.",
    ),
    "about-webhook": (
        "La notification du changement se perd, arrive deux fois, arrive dix secondes trop tard ou porte "
        "d'abord une fausse signature.",
        "The webhook of the change is lost, comes twice, comes ten seconds too late or has a wrong "
        "signature at first.",
    ),
    "set-now": ("En place", "Set now"),
    "nothing-set": ("Aucun interrupteur n'est en place.", "No switch is set."),
    "calls-left-one": ("encore un appel", "one more call"),
    "calls-left": ("encore {count} appels", "{count} more calls"),
    "until-off": ("jusqu'à nouvel ordre", "until further notice"),
    "field-code": ("Refuser avec", "Refuse with"),
    "field-latency": ("Attendre (ms)", "Wait (ms)"),
    "field-cut": ("Couper la connexion", "Cut the connection"),
    "field-unavailable": ("Indisponible (Retry-After, s)", "Unavailable (Retry-After, s)"),
    "field-expire-token": ("Faire expirer le jeton", "Expire the token"),
    "field-webhook": ("Notification", "Webhook"),
    "as-usual": ("comme d'ordinaire", "as usual"),
    "lost": ("perdue", "lost"),
    "duplicated": ("en double", "twice"),
    "late": ("en retard", "late"),
    "badly-signed": ("mal signée", "badly signed"),
    "before": ("avant l'effet", "before the effect"),
    "after": ("après l'effet", "after the effect"),
    "field-calls": ("Pour combien d'appels", "For how many calls"),
    "calls-hint": ("vide\u00a0: jusqu'à nouvel ordre", "empty: until further notice"),
    "nothing": ("rien", "nothing"),
    "set": ("Mettre en place", "Set"),
    "off": ("Tout enlever", "Take off"),
    # Cards
    "cards-lead": (
        "Ce que chaque carte porte, et à qui elle est ouverte.",
        "What each card holds, and to whom it is open.",
    ),
    "card": ("Carte", "Card"),
    "number": ("Numéro", "Number"),
    "holder": ("Porteur", "Holder"),
    "balance": ("Solde", "Balance"),
    "expiry": ("Expire le", "Expires"),
    "opened": ("Ouverte à", "Opened to"),
    "entries": ("Écritures", "Entries"),
    "kind": ("Nature", "Kind"),
    "amount": ("Somme", "Amount"),
    "left": ("Solde après", "Balance after"),
    "reference": ("Référence", "Reference"),
    "no-entry": ("Aucune écriture.", "No entry."),
    "no-card": ("Aucune carte.", "No card."),
    "block": ("Bloquer", "Block"),
    "unblock": ("Débloquer", "Unblock"),
    "magic": ("carte à panne", "trouble card"),
    # Login
    "login": ("Entrer", "Log in"),
    "login-lead": (
        "Cette console est ouverte au-delà de cette machine\u00a0: elle demande un mot de passe.",
        "This console is open beyond this machine: it asks for a password.",
    ),
    "password": ("Mot de passe", "Password"),
    "wrong": ("Ce n'est pas le mot de passe.", "That is not the password."),
    "wait": ("Trop d'essais\u00a0: attendez {count} secondes.", "Too many tries: wait {count} seconds."),
    # What was done
    "said-rotated": ("Le secret est renouvelé.", "The secret is renewed."),
    "said-retired": ("L'ancien secret ne vaut plus.", "The old secret is valid no more."),
    "said-suspended": (
        "Le partenaire est suspendu, ses jetons aussi.",
        "The partner is suspended, its tokens too.",
    ),
    "said-reinstated": ("Le partenaire est rétabli.", "The partner is reinstated."),
    "said-blocked": ("La carte est bloquée.", "The card is blocked."),
    "said-unblocked": ("La carte est débloquée.", "The card is unblocked."),
    "said-set": ("Les interrupteurs sont en place.", "The switches are set."),
    "said-off": ("Plus aucun interrupteur n'est en place.", "No switch is set any more."),
    "said-not-understood": (
        "Une des valeurs n'est pas de celles que l'interrupteur prend\u00a0: rien n'a changé.",
        "One of the values is not one that the switch takes: nothing has changed.",
    ),
    "said-resent": (
        "L'événement repart, avec le même identifiant.",
        "The event is sent again, with the same id.",
    ),
    "said-not-resent": (
        "Cet événement n'est plus là, ou un essai est en cours\u00a0: rien n'a changé.",
        "This event is gone, or an attempt is under way: nothing has changed.",
    ),
    "said-tested": ("L'événement d'essai est parti.", "The test event is on its way."),
    "said-reset": ("Le bac à sable est comme au premier jour.", "The sandbox is as on its first day."),
}

CATALOGUE: Final = Catalogue(_TEXTS)


def words(language: str) -> Texts:
    """The texts in *language*, called by key: ``words("fr")("last", count=200)``."""
    return CATALOGUE.texts(language)
