using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Orleans;

namespace Archer.Embedded.Copying;

/// <summary>Compiles copiers of types with numbered members: a new instance, then member by member, read-only ones too. Members without a number stay behind.</summary>
internal static class MemberCopier
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly MethodInfo Find = typeof(CopyContext).GetMethod(nameof(CopyContext.Find))!;
    private static readonly MethodInfo Record = typeof(CopyContext).GetMethod(nameof(CopyContext.Record))!;
    private static readonly MethodInfo Uninitialised = typeof(RuntimeHelpers).GetMethod(nameof(RuntimeHelpers.GetUninitializedObject), [typeof(Type)])!;
    private static readonly MethodInfo TypeFromHandle = typeof(Type).GetMethod(nameof(Type.GetTypeFromHandle))!;

    public static Delegate Create(Type type)
    {
        var method = new DynamicMethod($"Copy {type}", type, [type, typeof(CopyContext)], typeof(MemberCopier).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        var copy = il.DeclareLocal(type);
        if (type.IsValueType)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Stloc, copy);
        }
        else
        {
            ReturnKnown(il, type);
            EmitNew(il, type);
            il.Emit(OpCodes.Stloc, copy);
            EmitRecord(il, copy);
        }

        foreach (var member in Members(type))
        {
            EmitMember(il, type, copy, member);
        }

        il.Emit(OpCodes.Ldloc, copy);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate(typeof(Func<,,>).MakeGenericType(type, typeof(CopyContext), type));
    }

    private static void ReturnKnown(ILGenerator il, Type type)
    {
        var unknown = il.DefineLabel();
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, Find);
        il.Emit(OpCodes.Dup);
        il.Emit(OpCodes.Brfalse, unknown);
        il.Emit(OpCodes.Castclass, type);
        il.Emit(OpCodes.Ret);
        il.MarkLabel(unknown);
        il.Emit(OpCodes.Pop);
    }

    private static void EmitNew(ILGenerator il, Type type)
    {
        if (type.GetConstructor(Declared, []) is { } constructor)
        {
            il.Emit(OpCodes.Newobj, constructor);
            return;
        }

        il.Emit(OpCodes.Ldtoken, type);
        il.Emit(OpCodes.Call, TypeFromHandle);
        il.Emit(OpCodes.Call, Uninitialised);
        il.Emit(OpCodes.Castclass, type);
    }

    private static void EmitRecord(ILGenerator il, LocalBuilder copy)
    {
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldloc, copy);
        il.Emit(OpCodes.Call, Record);
    }

    private static void EmitMember(ILGenerator il, Type type, LocalBuilder copy, MemberInfo member)
    {
        var memberType = member is FieldInfo f ? f.FieldType : ((PropertyInfo)member).PropertyType;
        il.Emit(type.IsValueType ? OpCodes.Ldloca : OpCodes.Ldloc, copy);
        if (type.IsValueType)
        {
            il.Emit(OpCodes.Ldarga_S, (byte)0);
        }
        else
        {
            il.Emit(OpCodes.Ldarg_0);
        }

        if (member is FieldInfo field)
        {
            il.Emit(OpCodes.Ldfld, field);
            EmitCopy(il, member, memberType);
            il.Emit(OpCodes.Stfld, field);
        }
        else
        {
            var property = (PropertyInfo)member;
            il.Emit(OpCodes.Call, property.GetGetMethod(nonPublic: true)!);
            EmitCopy(il, member, memberType);
            il.Emit(OpCodes.Call, property.GetSetMethod(nonPublic: true)!);
        }
    }

    private static void EmitCopy(ILGenerator il, MemberInfo member, Type type)
    {
        if (member.IsDefined(typeof(ImmutableAttribute)))
        {
            return;
        }

        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, typeof(Copier<>).MakeGenericType(type).GetMethod(nameof(Copier<int>.Copy))!);
    }

    private static IEnumerable<MemberInfo> Members(Type type)
    {
        for (var level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            var tuple = level.FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal);
            foreach (var field in level.GetFields(Declared).Where(field => tuple || field.IsDefined(typeof(IdAttribute))))
            {
                yield return field;
            }

            var parameters = PrimaryConstructorParameters(level);
            foreach (var property in level.GetProperties(Declared).Where(p => p.IsDefined(typeof(IdAttribute)) || parameters.Contains(p.Name)))
            {
                // The field behind an automatic property can be set even where the property cannot.
                var field = level.GetField($"<{property.Name}>k__BackingField", Declared);
                if (field is not null || (property.CanRead && property.CanWrite))
                {
                    yield return (MemberInfo?)field ?? property;
                }
            }
        }
    }

    // The parameters of a record's primary constructor are members, numbered or not, as Orleans has it.
    private static HashSet<string> PrimaryConstructorParameters(Type type)
    {
        var isRecord = type.GetMethod("<Clone>$", Declared) is not null || (type.IsValueType && type.GetMethod("PrintMembers", Declared) is not null);
        return !isRecord ? [] : type.GetConstructors(Declared)
            .Where(c => c.GetParameters() is not [{ } only] || only.ParameterType != type)
            .Select(c => c.GetParameters().Select(p => p.Name!).ToHashSet())
            .MaxBy(names => names.Count) ?? [];
    }
}
