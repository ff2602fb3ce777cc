using System.Reflection;
using Orleans.Runtime;

namespace Archer.Embedded.Calls;

/// <summary>What a grain method returns.</summary>
/// <param name="Returned">The declared return type.</param>
/// <param name="Result">The result within it; <see cref="Nothing"/> for none.</param>
internal sealed record CallShape(Type Returned, Type Result)
{
    public bool IsEnumerable => Returned.IsGenericType && Returned.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>);

    public bool IsValueTask => Returned == typeof(ValueTask) || (Returned.IsGenericType && Returned.GetGenericTypeDefinition() == typeof(ValueTask<>));

    /// <exception cref="OrleansConfigurationException">Grain methods cannot have such a signature.</exception>
    public static CallShape Of(MethodInfo method)
    {
        if (method.IsGenericMethod || method.GetParameters().Any(p => p.ParameterType.IsByRef))
        {
            throw Unusable(method, "generic methods and ref or out parameters are not supported by the embedded host");
        }

        var returned = method.ReturnType;
        if (returned == typeof(Task) || returned == typeof(ValueTask))
        {
            return new CallShape(returned, typeof(Nothing));
        }

        Type[] wrappers = [typeof(Task<>), typeof(ValueTask<>), typeof(IAsyncEnumerable<>)];
        return returned.IsGenericType && wrappers.Contains(returned.GetGenericTypeDefinition())
            ? new CallShape(returned, returned.GetGenericArguments()[0])
            : throw Unusable(method, $"it returns {returned}, expected Task, ValueTask or IAsyncEnumerable");
    }

    private static OrleansConfigurationException Unusable(MethodInfo method, string reason) =>
        new($"Method {method.DeclaringType}.{method.Name} cannot be a grain method: {reason}.");
}
