using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using Archer.Embedded.Enumerations;

namespace Archer.Embedded.Calls;

/// <summary>Compiles the class that holds the arguments of one grain method and makes the call.</summary>
internal sealed class InvocationCompiler(ModuleBuilder module, MethodInfo method, CallShape shape)
{
    private const MethodAttributes Overriding =
        MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig | MethodAttributes.Final;

    private readonly ParameterInfo[] _parameters = method.GetParameters();

    public static string FieldName(int parameter) => "Argument" + parameter.ToString(CultureInfo.InvariantCulture);

    public Type Compile(string name)
    {
        var parent = (shape.IsEnumerable ? typeof(EnumerableCall<>) : typeof(TaskInvocation<>)).MakeGenericType(shape.Result);
        var type = module.DefineType(name, TypeAttributes.Class | TypeAttributes.Sealed | TypeAttributes.Public, parent);
        var fields = _parameters.Select((p, i) => IsToken(p) ? null : type.DefineField(FieldName(i), p.ParameterType, FieldAttributes.Public)).ToArray();
        type.DefineDefaultConstructor(MethodAttributes.Public);
        EmitCall(type, parent, fields);
        EmitArguments(type, parent, fields);
        return type.CreateType();
    }

    private static bool IsToken(ParameterInfo parameter) => parameter.ParameterType == typeof(CancellationToken);

    private void EmitCall(TypeBuilder type, Type parent, FieldBuilder?[] fields)
    {
        var overridden = parent.GetMethod("Call", [typeof(object)])!;
        var call = type.DefineMethod("Call", Overriding, overridden.ReturnType, [typeof(object)]);
        var il = call.GetILGenerator();
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Castclass, method.DeclaringType!);
        foreach (var field in fields)
        {
            il.Emit(OpCodes.Ldarg_0);
            if (field is null)
            {
                il.Emit(OpCodes.Call, parent.GetProperty(nameof(Invocation.CalleeToken))!.GetMethod!);
            }
            else
            {
                il.Emit(OpCodes.Ldfld, field);
            }
        }

        il.Emit(OpCodes.Callvirt, method);
        if (shape.IsValueTask)
        {
            var result = il.DeclareLocal(shape.Returned);
            il.Emit(OpCodes.Stloc, result);
            il.Emit(OpCodes.Ldloca, result);
            il.Emit(OpCodes.Call, shape.Returned.GetMethod(nameof(ValueTask.AsTask), [])!);
        }

        il.Emit(OpCodes.Ret);
        type.DefineMethodOverride(call, overridden);
    }

    private void EmitArguments(TypeBuilder type, Type parent, FieldBuilder?[] fields)
    {
        var overridden = parent.GetProperty(nameof(Invocation.Arguments))!.GetMethod!;
        var getter = type.DefineMethod(overridden.Name, Overriding, typeof(object[]), []);
        var il = getter.GetILGenerator();
        il.Emit(OpCodes.Ldc_I4, fields.Length);
        il.Emit(OpCodes.Newarr, typeof(object));
        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i] is { } field)
            {
                il.Emit(OpCodes.Dup);
                il.Emit(OpCodes.Ldc_I4, i);
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldfld, field);
                il.Emit(OpCodes.Box, _parameters[i].ParameterType);
                il.Emit(OpCodes.Stelem_Ref);
            }
        }

        il.Emit(OpCodes.Ret);
        type.DefineMethodOverride(getter, overridden);
    }
}
