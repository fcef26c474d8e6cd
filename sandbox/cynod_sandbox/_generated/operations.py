"""One method for each operation of the contract: the base of every set of handlers."""

from __future__ import annotations

from .calls import Call
from .handling import Answer, HandlerSet
from .refusals import Unimplemented


class Operations(HandlerSet):
    """Every operation, unimplemented: the contract's example answers until a subclass does."""

    def obtenir_jeton(self, call: Call) -> Answer:
        """POST /oauth2/token"""
        raise Unimplemented

    def revoquer_jeton(self, call: Call) -> Answer:
        """POST /oauth2/revoke"""
        raise Unimplemented

    def lire_solde_carte(self, call: Call) -> Answer:
        """GET /get-solde-carte"""
        raise Unimplemented

    def creer_recharge(self, call: Call) -> Answer:
        """POST /recharges"""
        raise Unimplemented

    def lister_recharges(self, call: Call) -> Answer:
        """GET /recharges"""
        raise Unimplemented

    def lire_recharge(self, call: Call) -> Answer:
        """GET /recharges/{rechargeId}"""
        raise Unimplemented

    def annuler_recharge(self, call: Call) -> Answer:
        """POST /recharges/{rechargeId}/annulation"""
        raise Unimplemented

    def creer_paiement(self, call: Call) -> Answer:
        """POST /paiements"""
        raise Unimplemented

    def lister_paiements(self, call: Call) -> Answer:
        """GET /paiements"""
        raise Unimplemented

    def lire_paiement(self, call: Call) -> Answer:
        """GET /paiements/{paiementId}"""
        raise Unimplemented

    def creer_remboursement(self, call: Call) -> Answer:
        """POST /paiements/{paiementId}/remboursements"""
        raise Unimplemented

    def lire_remboursement(self, call: Call) -> Answer:
        """GET /paiements/{paiementId}/remboursements/{remboursementId}"""
        raise Unimplemented

    def lister_transactions(self, call: Call) -> Answer:
        """GET /transactions"""
        raise Unimplemented

    def lire_partenaire(self, call: Call) -> Answer:
        """GET /partenaires/moi"""
        raise Unimplemented

    def emettre_carte(self, call: Call) -> Answer:
        """POST /cartes"""
        raise Unimplemented

    def lister_cartes(self, call: Call) -> Answer:
        """GET /cartes"""
        raise Unimplemented

    def lire_carte(self, call: Call) -> Answer:
        """GET /cartes/{carteId}"""
        raise Unimplemented

    def changer_statut_carte(self, call: Call) -> Answer:
        """PUT /cartes/{carteId}/statut"""
        raise Unimplemented

    def lire_sante(self, call: Call) -> Answer:
        """GET /sante"""
        raise Unimplemented
