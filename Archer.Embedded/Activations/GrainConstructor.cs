using System.Reflection;
using Archer.Embedded.Hosting;
using Archer.Embedded.State;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Archer.Embedded.Activations;

/// <summary>
/// Makes the instances of a grain class. Singletons are resolved once; only a class that needs other services gets a scope per activation,
/// which would cost every idle activation some hundred bytes.
/// </summary>
internal sealed class GrainConstructor
{
    private readonly ConstructorInvoker _invoker;
    private readonly Func<Activation, object?>[] _arguments;
    private readonly int _states;

    public GrainConstructor(Type type, Silo silo)
    {
        var constructor = Choose(type);
        var parameters = constructor.GetParameters();
        _invoker = ConstructorInvoker.Create(constructor);
        _arguments = [.. parameters.Select(parameter => Argument(parameter, silo))];
        _states = parameters.Count(IsState);
    }

    public object Create(Activation activation, out IActivationState[] states)
    {
        var arguments = _arguments.Length == 0 ? [] : new object?[_arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = _arguments[i](activation);
        }

        states = _states == 0 ? [] : [.. arguments.OfType<IActivationState>()];
        return _invoker.Invoke(arguments.AsSpan());
    }

    private static bool IsState(ParameterInfo parameter) => parameter.IsDefined(typeof(PersistentStateAttribute), inherit: true);

    private static ConstructorInfo Choose(Type type)
    {
        var constructors = type.GetConstructors();
        return constructors.FirstOrDefault(c => c.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute), inherit: true))
            ?? constructors.MaxBy(c => c.GetParameters().Length)
            ?? throw new OrleansConfigurationException($"Grain class {type} has no public constructor.");
    }

    private static Func<Activation, object?> Argument(ParameterInfo parameter, Silo silo)
    {
        var type = parameter.ParameterType;
        if (parameter.GetCustomAttribute<PersistentStateAttribute>() is { } state)
        {
            return PersistentStateFactory.For(parameter, state, silo);
        }

        if (type == typeof(IGrainContext))
        {
            return static activation => activation;
        }

        if (type == typeof(IServiceProvider))
        {
            return static activation => activation.ActivationServices;
        }

        var key = parameter.GetCustomAttribute<FromKeyedServicesAttribute>()?.Key;
        if (silo.Lifetimes.IsSingleton(type, key))
        {
            var singleton = new Lazy<object>(() => Resolve(silo.Services, type, key));
            return _ => singleton.Value;
        }

        return silo.Lifetimes.IsKnown(type, key) || !parameter.HasDefaultValue
            ? activation => Resolve(activation.ActivationServices, type, key)
            : _ => parameter.DefaultValue;
    }

    private static object Resolve(IServiceProvider services, Type type, object? key) =>
        key is null ? services.GetRequiredService(type) : services.GetRequiredKeyedService(type, key);
}
