namespace Archer.Trainer.Learning;

/// <summary>What each head of the critic is to say at each turn of a batch. All shapes [turns].</summary>
public sealed record CriticTargets(float[] V1, float[] V2, float[] Q1, float[] Q2);
