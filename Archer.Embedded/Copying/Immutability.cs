using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Orleans.Concurrency;
using Orleans.Runtime;
using ImmutableAttribute = Orleans.ImmutableAttribute;

namespace Archer.Embedded.Copying;

/// <summary>Knows which types never change.</summary>
internal static class Immutability
{
    private static readonly FrozenSet<Type> Known = new[]
    {
        typeof(string), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan),
        typeof(Guid), typeof(Uri), typeof(Version), typeof(CancellationToken), typeof(IPAddress), typeof(BigInteger), typeof(Half),
        typeof(Int128), typeof(UInt128), typeof(Rune), typeof(Index), typeof(Range), typeof(JsonElement), typeof(CultureInfo), typeof(Complex),
    }.ToFrozenSet();

    private static readonly FrozenSet<Type> KnownGeneric = new[]
    {
        typeof(Nullable<>), typeof(KeyValuePair<,>), typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableHashSet<>),
        typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>), typeof(ImmutableSortedSet<>), typeof(ImmutableQueue<>),
        typeof(ImmutableStack<>), typeof(Tuple<>), typeof(Tuple<,>), typeof(Tuple<,,>), typeof(Tuple<,,,>), typeof(Tuple<,,,,>),
        typeof(FrozenSet<>), typeof(FrozenDictionary<,>),
    }.ToFrozenSet();

    /// <summary>Whether every value of a declared type is its own copy.</summary>
    public static bool IsShallow(Type type) => (type.IsValueType || type.IsSealed) && IsShallowInstance(type);

    /// <summary>Whether a value of exactly this runtime type is its own copy.</summary>
    public static bool IsShallowInstance(Type type)
    {
        if (type.IsPrimitive || type.IsEnum || type.IsPointer || Known.Contains(type) || type.IsDefined(typeof(ImmutableAttribute), inherit: false))
        {
            return true;
        }

        if (typeof(Type).IsAssignableFrom(type) || typeof(Exception).IsAssignableFrom(type) || typeof(GrainReference).IsAssignableFrom(type))
        {
            return true;
        }

        if (type.IsGenericType)
        {
            var definition = type.GetGenericTypeDefinition();
            if (definition == typeof(Immutable<>))
            {
                return true;
            }

            if (KnownGeneric.Contains(definition) || IsFrozen(type))
            {
                return type.GetGenericArguments().All(IsShallow);
            }
        }

        return type.IsValueType && Fields(type) is { Length: > 0 } fields && fields.All(field => IsShallow(field.FieldType));
    }

    private static bool IsFrozen(Type type) => type.Namespace == typeof(FrozenSet<>).Namespace;

    private static FieldInfo[] Fields(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
}
