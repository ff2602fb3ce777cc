using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Archer.Embedded.Copying;
using Archer.Embedded.Enumerations;
using Orleans;
using Orleans.Runtime;

namespace Archer.Embedded.Calls;

/// <summary>Compiles the proxy of an interface: a reference whose methods pack their arguments into a call and send it.</summary>
internal sealed class ProxyCompiler
{
    private static readonly ConstructorInfo ReferenceConstructor = typeof(GrainReference)
        .GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, [typeof(ReferenceTarget), typeof(IdSpan)])!;

    private static readonly MethodInfo SendMethod = typeof(GrainCalls).GetMethod(nameof(GrainCalls.Send))!;
    private static readonly MethodInfo CopyMethod = typeof(DeepCopy).GetMethod(nameof(DeepCopy.Of))!;

    private readonly Type _interface;
    private readonly ModuleBuilder _module;

    public ProxyCompiler(Type type)
    {
        _interface = type;
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName($"Proxy of {type.Name}"), AssemblyBuilderAccess.Run);
        var ignore = typeof(IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!;
        foreach (var name in AssembliesOf(type).Select(a => a.GetName().Name!).Distinct())
        {
            assembly.SetCustomAttribute(new CustomAttributeBuilder(ignore, [name]));
        }

        _module = assembly.DefineDynamicModule("Proxies");
    }

    public Func<ReferenceTarget, IdSpan, GrainReference> Compile(MethodInfo[] methods)
    {
        var proxy = _module.DefineType($"{_interface.Name}.Proxy", TypeAttributes.Class | TypeAttributes.Sealed, typeof(GrainReference), [_interface]);
        EmitConstructor(proxy);
        for (var i = 0; i < methods.Length; i++)
        {
            var shape = CallShape.Of(methods[i]);
            var call = new InvocationCompiler(_module, methods[i], shape).Compile($"{_interface.Name}.{methods[i].Name}.{i}");
            EmitMethod(proxy, methods[i], i, shape, call);
        }

        return Factory(proxy.CreateType());
    }

    private static void EmitConstructor(TypeBuilder proxy)
    {
        var il = proxy.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, [typeof(ReferenceTarget), typeof(IdSpan)]).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Call, ReferenceConstructor);
        il.Emit(OpCodes.Ret);
    }

    private static void EmitMethod(TypeBuilder proxy, MethodInfo method, int index, CallShape shape, Type call)
    {
        var parameters = method.GetParameters();
        var builder = proxy.DefineMethod(
            $"{method.DeclaringType!.Name}.{method.Name}",
            MethodAttributes.Private | MethodAttributes.Final | MethodAttributes.Virtual | MethodAttributes.NewSlot | MethodAttributes.HideBySig,
            method.ReturnType,
            [.. parameters.Select(p => p.ParameterType)]);
        proxy.DefineMethodOverride(builder, method);
        var il = builder.GetILGenerator();
        var local = il.DeclareLocal(call);
        il.Emit(OpCodes.Newobj, call.GetConstructor([])!);
        il.Emit(OpCodes.Stloc, local);
        for (var i = 0; i < parameters.Length; i++)
        {
            EmitArgument(il, parameters[i], i, local, call);
        }

        EmitSend(il, index, shape, local);
        il.Emit(OpCodes.Ret);
    }

    private static void EmitArgument(ILGenerator il, ParameterInfo parameter, int index, LocalBuilder local, Type call)
    {
        il.Emit(OpCodes.Ldloc, local);
        il.Emit(OpCodes.Ldarg, (short)(index + 1));
        if (parameter.ParameterType == typeof(CancellationToken))
        {
            il.Emit(OpCodes.Call, call.GetMethod(nameof(Invocation.UseToken))!);
            return;
        }

        if (!parameter.IsDefined(typeof(ImmutableAttribute)))
        {
            il.Emit(OpCodes.Call, CopyMethod.MakeGenericMethod(parameter.ParameterType));
        }

        il.Emit(OpCodes.Stfld, call.GetField(InvocationCompiler.FieldName(index))!);
    }

    private static void EmitSend(ILGenerator il, int index, CallShape shape, LocalBuilder local)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldloc, local);
        il.Emit(OpCodes.Ldc_I4, index);
        if (shape.IsEnumerable)
        {
            il.Emit(OpCodes.Newobj, typeof(GrainEnumerable<>).MakeGenericType(shape.Result)
                .GetConstructor([typeof(GrainReference), typeof(EnumerableCall<>).MakeGenericType(shape.Result), typeof(int)])!);
            return;
        }

        il.Emit(OpCodes.Call, SendMethod.MakeGenericMethod(shape.Result));
        if (shape.IsValueTask)
        {
            var argument = shape.Returned.IsGenericType ? typeof(Task<>).MakeGenericType(shape.Result) : typeof(Task);
            il.Emit(OpCodes.Newobj, shape.Returned.GetConstructor([argument])!);
        }
    }

    private static Func<ReferenceTarget, IdSpan, GrainReference> Factory(Type proxy)
    {
        var method = new DynamicMethod("Create", typeof(GrainReference), [typeof(ReferenceTarget), typeof(IdSpan)], proxy.Module, skipVisibility: true);
        var il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Newobj, proxy.GetConstructor([typeof(ReferenceTarget), typeof(IdSpan)])!);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<ReferenceTarget, IdSpan, GrainReference>>();
    }

    private static IEnumerable<Assembly> AssembliesOf(Type type)
    {
        yield return typeof(GrainReference).Assembly;
        foreach (var declaring in type.GetInterfaces().Append(type))
        {
            yield return declaring.Assembly;
            foreach (var used in declaring.GetMethods().SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType)))
            {
                foreach (var part in used.IsGenericType ? used.GetGenericArguments().Append(used) : [used])
                {
                    yield return part.Assembly;
                }
            }
        }
    }
}
