package dev.weir.pool.lease;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_Throwable;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import dev.weir.pool.line.CallKind;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Array;
import java.sql.ResultSet;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Completes the wrappers: what an abstract class of this room leaves open of its JDBC interface is
 * made here, once per JVM, as a final subclass whose methods go on to the object behind.
 *
 * <p>Such a method is what one would write by hand, some 600 times: {@code return live().name(a,
 * b);}. Those that {@link ServerCalls} names stand between {@code begin} and {@code done} (or
 * {@code failed}), and what leads back to a connection passes {@code rows}, {@code array} or {@code
 * lead} on its way out. No reflection and no proxy is left when they run. JDBC of a later JDK is
 * covered without a change here, its default methods included. It costs a cold JVM some 150 ms of a
 * processor, once, when the first connection is lent (JDK 25; {@code DelegationTest} prints the
 * time).
 */
final class Delegation {

  private static final String SUFFIX = "$Whole";
  private static final int CLASS = ClassFile.ACC_FINAL | ClassFile.ACC_SUPER;
  private static final ClassDesc KIND = desc(CallKind.class);

  private final MethodHandles.Lookup home;

  private Delegation(MethodHandles.Lookup home) {
    this.home = home;
  }

  /** The maker of the completed wrappers. */
  static Wrapping wrapping() {
    return new Delegation(MethodHandles.lookup()).make();
  }

  private Wrapping make() {
    List<Method> makers =
        Arrays.stream(Wrapping.class.getDeclaredMethods())
            .filter(method -> Modifier.isAbstract(method.getModifiers()))
            .sorted(Comparator.comparing(Method::getName))
            .toList();
    makers.forEach(maker -> complete(maker.getReturnType()));
    try {
      return (Wrapping) factory(makers).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("The wrappers of JDBC cannot be made.", impossible);
    }
  }

  private void complete(Class<?> base) {
    ClassDesc self = whole(base);
    define(
        self,
        builder -> {
          builder.withSuperclass(desc(base)).withFlags(CLASS);
          constructor(builder, base);
          missing(base).forEach(method -> goOn(builder, self, base, method));
        });
  }

  private Class<?> factory(List<Method> makers) {
    return define(
        whole(Wrapping.class),
        builder -> {
          builder.withSuperclass(desc(Wrapping.class)).withFlags(CLASS);
          constructor(builder, Wrapping.class);
          makers.forEach(maker -> construct(builder, maker));
        });
  }

  private Class<?> define(ClassDesc name, java.util.function.Consumer<ClassBuilder> content) {
    try {
      return home.defineClass(ClassFile.of().build(name, content));
    } catch (IllegalAccessException impossible) {
      throw new LinkageError("The wrapper " + name.displayName() + " is not ours.", impossible);
    }
  }

  /** What the interfaces ask for and the class does not have; a method of two of them once. */
  private static Stream<Method> missing(Class<?> base) {
    return Arrays.stream(base.getMethods())
        .filter(method -> method.getDeclaringClass().isInterface())
        .filter(method -> !Modifier.isStatic(method.getModifiers()));
  }

  private static void constructor(ClassBuilder builder, Class<?> base) {
    MethodTypeDesc type = type(base.getDeclaredConstructors()[0], CD_void);
    builder.withMethodBody(
        INIT_NAME,
        type,
        0,
        code -> {
          code.aload(0);
          parameters(code, type);
          code.invokespecial(desc(base), INIT_NAME, type).return_();
        });
  }

  private static void construct(ClassBuilder builder, Method maker) {
    MethodTypeDesc parameters = type(maker, CD_void);
    ClassDesc made = whole(maker.getReturnType());
    builder.withMethodBody(
        maker.getName(),
        type(maker, desc(maker.getReturnType())),
        0,
        code -> {
          code.new_(made).dup();
          parameters(code, parameters);
          code.invokespecial(made, INIT_NAME, parameters).areturn();
        });
  }

  private static void goOn(ClassBuilder builder, ClassDesc self, Class<?> base, Method method) {
    MethodTypeDesc type = type(method, desc(method.getReturnType()));
    @Nullable CallKind kind = ServerCalls.kind(method);
    builder.withMethodBody(
        method.getName(),
        type,
        ClassFile.ACC_PUBLIC,
        code -> {
          if (kind == null) {
            call(code, self, base, method);
          } else {
            sample(code, self, method);
            guarded(code, self, kind, inner -> call(inner, self, base, method));
          }
          leadBack(code, self, method);
          code.return_(TypeKind.from(method.getReturnType()));
        });
  }

  /** {@code live().name(arguments)}. */
  private static void call(CodeBuilder code, ClassDesc self, Class<?> base, Method method) {
    MethodTypeDesc type = type(method, desc(method.getReturnType()));
    ClassDesc live = desc(live(base).getReturnType());
    code.aload(0).invokevirtual(self, "live", MethodTypeDesc.of(live));
    for (int i = 0; i < type.parameterCount(); i++) {
      code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
      bare(code, method.getParameterTypes()[i]);
      if (i == 0 && ServerCalls.takesStatement(method)) {
        code.aload(0).swap();
        code.invokevirtual(self, "told", MethodTypeDesc.of(CD_String, CD_String));
      }
    }
    code.invokeinterface(desc(method.getDeclaringClass()), method.getName(), type);
  }

  /** {@code sample();} if there is something to be seen. */
  private static void sample(CodeBuilder code, ClassDesc self, Method method) {
    if (ServerCalls.executesPrepared(method)) {
      code.aload(0).invokevirtual(self, "sample", MethodTypeDesc.of(CD_void));
    }
  }

  /** The driver gets its own objects back, not our wrappers. */
  private static void bare(CodeBuilder code, Class<?> parameter) {
    if (parameter == Array.class || parameter == Object.class) {
      ClassDesc type = desc(parameter);
      code.invokestatic(desc(LeasedArray.class), "bare", MethodTypeDesc.of(type, type));
    }
  }

  /** {@code begin(kind); try { call } catch (Throwable t) { throw failed(t); } done();} */
  private static void guarded(
      CodeBuilder code,
      ClassDesc self,
      CallKind kind,
      java.util.function.Consumer<CodeBuilder> call) {
    code.aload(0).getstatic(KIND, kind.name(), KIND);
    code.invokevirtual(self, "begin", MethodTypeDesc.of(CD_void, KIND));
    code.trying(
        call::accept,
        caught ->
            caught.catchingAll(
                handler -> {
                  int failure = handler.allocateLocal(TypeKind.REFERENCE);
                  handler.astore(failure).aload(0).aload(failure);
                  handler.invokevirtual(
                      self, "failed", MethodTypeDesc.of(CD_Throwable, CD_Throwable));
                  handler.athrow();
                }));
    code.aload(0).invokevirtual(self, "done", MethodTypeDesc.of(CD_void));
  }

  private static void leadBack(CodeBuilder code, ClassDesc self, Method method) {
    if (method.getReturnType() == ResultSet.class) {
      passThrough(code, self, "rows", desc(ResultSet.class));
    } else if (method.getReturnType() == Array.class) {
      passThrough(code, self, "array", desc(Array.class));
    } else if (method.getReturnType() == Object.class) {
      passThrough(code, self, "lead", CD_Object);
    }
  }

  private static void passThrough(CodeBuilder code, ClassDesc self, String name, ClassDesc type) {
    int value = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(value).aload(0).aload(value);
    code.invokevirtual(self, name, MethodTypeDesc.of(type, type));
  }

  private static Method live(Class<?> base) {
    for (Class<?> type = base; type != null; type = type.getSuperclass()) {
      for (Method method : type.getDeclaredMethods()) {
        if (method.getName().equals("live") && !method.isBridge()) {
          return method;
        }
      }
    }
    throw new LinkageError(base.getName() + " does not say what is behind it.");
  }

  private static void parameters(CodeBuilder code, MethodTypeDesc type) {
    for (int i = 0; i < type.parameterCount(); i++) {
      code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
    }
  }

  private static MethodTypeDesc type(Executable method, ClassDesc result) {
    return MethodTypeDesc.of(
        result, Arrays.stream(method.getParameterTypes()).map(Delegation::desc).toList());
  }

  private static ClassDesc whole(Class<?> base) {
    return ClassDesc.of(base.getName() + SUFFIX);
  }

  private static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }
}
