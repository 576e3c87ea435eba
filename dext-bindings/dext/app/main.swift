// SPDX-License-Identifier: MIT OR Apache-2.0

// Installs the extension that lies in this app, or removes it. The kernel takes an extension from an app in
// /Applications only, and only when a person has agreed to it in System Settings.

import Foundation
import SystemExtensions

func say(_ words: String) {
    FileHandle.standardError.write(Data("testimony: \(words)\n".utf8))
}

/// Waits for what becomes of one request.
final class Waiting: NSObject, OSSystemExtensionRequestDelegate {
    func request(
        _ request: OSSystemExtensionRequest,
        actionForReplacingExtension existing: OSSystemExtensionProperties,
        withExtension ext: OSSystemExtensionProperties
    ) -> OSSystemExtensionRequest.ReplacementAction {
        say("version \(existing.bundleVersion) is there and becomes \(ext.bundleVersion)")
        return .replace
    }

    func requestNeedsUserApproval(_ request: OSSystemExtensionRequest) {
        say("allow \(request.identifier) in System Settings, General, Login Items & Extensions, Driver Extensions")
    }

    func request(
        _ request: OSSystemExtensionRequest,
        didFinishWithResult result: OSSystemExtensionRequest.Result
    ) {
        switch result {
        case .completed:
            say("done: \(request.identifier)")
        case .willCompleteAfterReboot:
            say("done after a restart: \(request.identifier)")
        @unknown default:
            say("ended with result \(result.rawValue): \(request.identifier)")
        }
        exit(0)
    }

    func request(_ request: OSSystemExtensionRequest, didFailWithError error: Error) {
        let code = (error as NSError).code
        say("\(request.identifier): \(error.localizedDescription) (OSSystemExtensionError \(code))")
        exit(1)
    }
}

guard let identifier = Bundle.main.object(forInfoDictionaryKey: "TestimonyExtension") as? String else {
    say("Info.plist has no TestimonyExtension: run the program inside its app")
    exit(2)
}

let request: OSSystemExtensionRequest
switch CommandLine.arguments.dropFirst() {
case ["activate"]:
    request = .activationRequest(forExtensionWithIdentifier: identifier, queue: .main)
case ["deactivate"]:
    request = .deactivationRequest(forExtensionWithIdentifier: identifier, queue: .main)
default:
    say("usage: Testimony activate | deactivate")
    exit(2)
}

let waiting = Waiting()
request.delegate = waiting
OSSystemExtensionManager.shared.submitRequest(request)
dispatchMain()
