using System.Globalization;
using System.Reflection;

namespace Archer.Embedded.Tests.Api;

/// <summary>Writes a public member as the list of Orleans' API does.</summary>
internal static class ApiText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
    };

    /// <summary>Members that somebody outside sees, accessors and operators apart.</summary>
    public static IEnumerable<string> Members(Type type)
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var constructor in type.GetConstructors(all).Where(c => !c.IsStatic && IsVisible(c)))
        {
            yield return Normalise($"{Access(constructor)} new({Parameters(constructor)})");
        }

        foreach (var method in type.GetMethods(all).Where(m => IsVisible(m) && !m.IsSpecialName && !m.Name.Contains('<')))
        {
            var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";
            var kind = method.IsStatic ? "static " : "";
            yield return Normalise($"{Access(method)} {kind}{Name(method.ReturnType)} {method.Name}{generic}({Parameters(method)})");
        }

        foreach (var property in type.GetProperties(all).Where(p => p.GetAccessors(true).Any(IsVisible)))
        {
            var visible = property.GetAccessors(true).First(IsVisible);
            var accessors = (property.CanRead ? "get; " : "") + (IsVisible(property.SetMethod) ? "set; " : "");
            yield return Normalise($"{Access(visible)} {Name(property.PropertyType)} {property.Name} {{ {accessors}}}");
        }

        foreach (var field in type.GetFields(all).Where(f => (f.IsPublic || f.IsFamily) && !f.IsSpecialName))
        {
            yield return Normalise($"public {(field.IsLiteral ? "const " : "")}{Name(field.FieldType)} {field.Name}");
        }
    }

    /// <summary>Takes out what does not bind a caller: whether an implementation is virtual, and which of an attribute's setters reads.</summary>
    public static string Normalise(string member) => member.Replace(" virtual ", " ", StringComparison.Ordinal);

    /// <summary>A type name with namespace, as <see cref="OrleansApiList"/> keys it.</summary>
    public static string FullName(Type type) => $"{type.Namespace}.{(type.IsNested ? type.DeclaringType!.Name + "." : "")}{Name(type)}";

    private static bool IsVisible(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static string Access(MethodBase method) => method.IsPublic ? "public" : "protected";

    private static string Parameters(MethodBase method)
    {
        var extension = method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute), false) ? "this " : "";
        return extension + string.Join(", ", method.GetParameters().Select(Parameter));
    }

    private static string Parameter(ParameterInfo parameter)
    {
        var type = parameter.ParameterType.IsByRef ? "ref " + Name(parameter.ParameterType.GetElementType()!) : Name(parameter.ParameterType);
        if (!parameter.HasDefaultValue)
        {
            return $"{type} {parameter.Name}";
        }

        return $"{type} {parameter.Name} = {Convert.ToString(parameter.DefaultValue, CultureInfo.InvariantCulture) switch { null or "" => "default", var text => text }}";
    }

    private static string Name(Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        return type.IsGenericType
            ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : type.Name;
    }
}
