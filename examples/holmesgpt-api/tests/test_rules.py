"""Run with: python3 -m unittest (in examples/holmesgpt-api)."""

import unittest

from holmesgpt_api.rules import MAX_CONFIDENCE, RULES, UNKNOWN, Alert, Finding, Rule, investigate


def crash_loop(message: str = "", **labels: str) -> Alert:
    return Alert(name="KubePodCrashLooping", namespace="shop", message=message, labels=labels)


class InvestigateTest(unittest.TestCase):
    def test_evidence_decides_between_rules_for_the_same_alert(self) -> None:
        self.assertIn("memory", investigate(crash_loop("last state: OOMKilled, exit code 137")).root_cause)
        self.assertIn("reached", investigate(crash_loop("dial tcp 10.0.0.1:5432: connection refused")).root_cause)

    def test_evidence_in_labels_counts(self) -> None:
        self.assertEqual(investigate(crash_loop(reason="OOMKilled")).confidence, 0.7)

    def test_each_piece_of_evidence_raises_the_confidence_up_to_the_limit(self) -> None:
        messages = ["", "OOMKilled", "OOMKilled, exit code 137", "OOMKilled, exit code 137, out of memory"]
        confidences = [investigate(crash_loop(message)).confidence for message in messages]
        self.assertEqual(confidences, [0.5, 0.7, 0.9, MAX_CONFIDENCE])

    def test_an_alert_without_a_rule_is_unknown(self) -> None:
        self.assertEqual(investigate(Alert(name="SomethingElse", namespace="shop", message="OOMKilled")), UNKNOWN)

    def test_the_first_of_equally_confident_rules_wins(self) -> None:
        first, second = (Rule(frozenset({"A"}), (), cause, ()) for cause in ("first", "second"))
        self.assertEqual(investigate(Alert("A", "shop"), [first, second]), Finding("first", 0.5, ()))


class RuleTableTest(unittest.TestCase):
    def test_every_rule_can_be_found_and_says_what_to_do(self) -> None:
        for rule in RULES:
            with self.subTest(rule.root_cause):
                alert = Alert(name=min(rule.alert_names), namespace="shop", message=" ".join(rule.evidence))
                self.assertEqual(investigate(alert).root_cause, rule.root_cause)
                self.assertTrue(rule.recommended_actions)

    def test_evidence_is_in_lower_case(self) -> None:
        for rule in RULES:
            self.assertEqual([piece.lower() for piece in rule.evidence], list(rule.evidence))


if __name__ == "__main__":
    unittest.main()
