"""Appraisals of options: roles and costs, shares per council and fund, scoring, evidence, delivery plans."""
