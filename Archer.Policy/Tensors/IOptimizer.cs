namespace Archer.Policy.Tensors;

/// <summary>Updates a parameter set from its gradients. Its whole state is <see cref="Steps"/> and the moments of every parameter.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>The set that is updated.</summary>
    ParameterSet Parameters { get; }

    /// <summary>Updates done.</summary>
    long Steps { get; }

    /// <summary>
    /// Clips the gradients to the global norm of the options, updates the parameters, clears the gradients; returns the norm before clipping.
    /// </summary>
    /// <param name="learningRate">Rate of this step; the options' rate when null.</param>
    /// <exception cref="ArithmeticException">The norm is not finite; nothing was changed but the gradients, which are cleared.</exception>
    float Step(float? learningRate = null);

    /// <summary>First moment of a parameter, in its shape's order.</summary>
    ReadOnlySpan<float> FirstMoment(string parameter);

    /// <summary>Second moment of a parameter, in its shape's order.</summary>
    ReadOnlySpan<float> SecondMoment(string parameter);

    /// <summary>Sets the moments of a parameter: exact resume.</summary>
    void RestoreMoments(string parameter, ReadOnlySpan<float> first, ReadOnlySpan<float> second);

    /// <summary>Sets the number of updates done: exact resume.</summary>
    void RestoreSteps(long steps);
}
