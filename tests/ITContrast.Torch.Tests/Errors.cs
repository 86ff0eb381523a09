// What each provider throws for the same mistake, to the type: this layer's exceptions say more than those of TorchSharp's packages.
#if TORCH_SYSTEM
global using DeviceAbsent = ITContrast.Torch.TorchException;
global using Disposed = System.ObjectDisposedException;
global using NotADevice = System.ArgumentException;
global using NotAScalar = System.ArgumentException;
global using NotATensorFile = ITContrast.Torch.DataFileException;
global using NoSuchDimension = System.ArgumentOutOfRangeException;
global using OperatorRefused = ITContrast.Torch.TorchException;
global using WrongElementCount = System.ArgumentException;
#else
global using DeviceAbsent = System.InvalidOperationException;
global using Disposed = System.InvalidOperationException;
global using NotADevice = System.FormatException;
global using NotAScalar = System.Runtime.InteropServices.ExternalException;
global using NotATensorFile = System.Runtime.InteropServices.ExternalException;
global using NoSuchDimension = System.Runtime.InteropServices.ExternalException;
global using OperatorRefused = System.Runtime.InteropServices.ExternalException;
global using WrongElementCount = System.Runtime.InteropServices.ExternalException;
#endif
