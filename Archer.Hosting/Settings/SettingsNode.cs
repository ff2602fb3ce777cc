using System.Collections;
using System.ComponentModel;
using System.Reflection;

namespace Archer.Hosting.Settings;

/// <summary>What may stand at one place of the configuration, read from the options types as the binder would.</summary>
public sealed class SettingsNode
{
    private readonly Dictionary<string, SettingsNode> _members = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A single value of this type; null for a section.</summary>
    public Type? Scalar { get; private init; }

    /// <summary>What a single value is when nothing is set.</summary>
    public object? Default { get; private init; }

    /// <summary>What every entry is, of a list or a dictionary.</summary>
    public SettingsNode? Items { get; private init; }

    /// <summary>Settings of other roles, which are not read here.</summary>
    public bool IsOpaque { get; private init; }

    /// <summary>Names that may stand here.</summary>
    public IEnumerable<string> Names => _members.Keys;

    /// <summary>A section with nothing in it yet.</summary>
    public static SettingsNode Section() => new();

    /// <summary>Settings of another role.</summary>
    public static SettingsNode Opaque() => new() { IsOpaque = true };

    /// <summary>A single value.</summary>
    public static SettingsNode Value(Type type) => new() { Scalar = type };

    /// <summary>Any name, each with the settings of an options type.</summary>
    public static SettingsNode Each(Type options) => new() { Items = Section().AddOptions(options) };

    /// <summary>What a name stands for; null when it is unknown.</summary>
    public SettingsNode? Find(string name) => _members.GetValueOrDefault(name) ?? Items;

    /// <summary>Adds a setting or a section.</summary>
    public void Add(string name, SettingsNode node) => _members[name] = node;

    /// <summary>Adds the settings of an options type.</summary>
    public SettingsNode AddOptions(Type options)
    {
        var defaults = options.GetConstructor([]) is null ? null : Activator.CreateInstance(options);
        foreach (var property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod?.IsPublic == true || typeof(ICollection).IsAssignableFrom(property.PropertyType) || ItemOf(property.PropertyType) is not null)
            {
                _members.TryAdd(property.Name, Of(property.PropertyType, defaults is null ? null : property.GetValue(defaults)));
            }
        }

        return this;
    }

    private static SettingsNode Of(Type type, object? value)
    {
        var bound = Nullable.GetUnderlyingType(type) ?? type;
        if (TypeDescriptor.GetConverter(bound).CanConvertFrom(typeof(string)))
        {
            return new SettingsNode { Scalar = bound, Default = value };
        }

        return ItemOf(bound) is { } item ? new SettingsNode { Items = Of(item, null) } : Section().AddOptions(bound);
    }

    private static Type? ItemOf(Type type) =>
        type.GetInterfaces().Prepend(type).Where(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() is var definition
                && (definition == typeof(IDictionary<,>) || definition == typeof(ICollection<>)))
            .OrderByDescending(candidate => candidate.GetGenericArguments().Length)
            .Select(candidate => candidate.GetGenericArguments()[^1])
            .FirstOrDefault();
}
